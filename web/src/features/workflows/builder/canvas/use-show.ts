import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type CardNode, NODE_HEIGHT, NODE_WIDTH } from './flow.js';
import { shift } from './moves.js';

/** In px, what should stay free around what is shown; below lie the controls and the overview. */
const FREE = { left: 24, right: 24, top: 24, bottom: 116 };

/** Brings nodes into view where they are not in it whole, by the shortest way; how far it is zoomed stays. */
export function useShow(nodes: readonly CardNode[]): (...keys: readonly string[]) => void {
  const { getViewport, setViewport } = useReactFlow();
  const store = useStoreApi();
  return (...keys) => {
    const places = nodes.filter(({ id }) => keys.includes(id)).map(({ position }) => position);
    const { width, height, domNode } = store.getState();
    if (places.length === 0 || !domNode?.clientWidth) return; // nobody sees the canvas beside a text that has all the room
    const { x, y, zoom } = getViewport();
    const [xs, ys] = [places.map((each) => each.x), places.map((each) => each.y)];
    const across = [Math.min(...xs) * zoom + x, (Math.max(...xs) + NODE_WIDTH) * zoom + x] as const;
    const upright = [Math.min(...ys) * zoom + y, (Math.max(...ys) + NODE_HEIGHT) * zoom + y] as const;
    const right = shift(across, [FREE.left, width - FREE.right], width);
    const down = shift(upright, [FREE.top, height - FREE.bottom], height);
    if (right !== 0 || down !== 0) void setViewport({ x: x + right, y: y + down, zoom }, { duration: 150 });
  };
}
