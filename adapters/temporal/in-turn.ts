import { Fault } from '../../core/fault.js';

const TURNS = 20;

/** The run takes one act a workflow task, and no event beside it: whoever comes second waits for a moment. */
export async function inTurn<T>(take: () => Promise<T>): Promise<T> {
  for (let turn = 1; ; turn++) {
    try {
      return await take();
    } catch (err) {
      const busy = err instanceof Fault && (err.details as { busy?: boolean } | undefined)?.busy;
      if (!busy || turn === TURNS) throw err;
      await new Promise((resolve) => setTimeout(resolve, 20 * turn));
    }
  }
}
