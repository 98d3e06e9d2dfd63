/** Nodes that have settled and whose edges are still to be resolved. They come out in topological order, whenever they went in. */
export class Settled {
  /** The last in topological order first. */
  private readonly nodes: number[] = [];

  put(node: number): void {
    let [low, high] = [0, this.nodes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.nodes[middle]! > node) low = middle + 1;
      else high = middle;
    }
    this.nodes.splice(low, 0, node);
  }

  take(): number | undefined {
    return this.nodes.pop();
  }
}
