import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type CardNode, NODE_HEIGHT, NODE_WIDTH } from './flow.js';

/** Brings nodes into view where they are not in it whole; how far it is zoomed stays. */
export function useShow(nodes: readonly CardNode[]): (...keys: readonly string[]) => void {
  const { getViewport, setCenter } = useReactFlow();
  const store = useStoreApi();
  return (...keys) => {
    const places = nodes.filter(({ id }) => keys.includes(id)).map(({ position }) => position);
    const { width, height } = store.getState();
    if (places.length === 0 || width === 0) return;
    const { x, y, zoom } = getViewport();
    const [xs, ys] = [places.map((each) => each.x), places.map((each) => each.y)];
    const [left, right] = [Math.min(...xs), Math.max(...xs) + NODE_WIDTH];
    const [top, bottom] = [Math.min(...ys), Math.max(...ys) + NODE_HEIGHT];
    const across = left * zoom + x > 0 && right * zoom + x < width;
    const upright = top * zoom + y > 0 && bottom * zoom + y < height;
    if (!across || !upright) void setCenter((left + right) / 2, (top + bottom) / 2, { zoom, duration: 150 });
  };
}
