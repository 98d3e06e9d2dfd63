import { useReactFlow, useStoreApi } from '@xyflow/react';
import { type CardNode, NODE_HEIGHT, NODE_WIDTH } from './flow.js';

/** Brings a node into view where it is not in it whole; how far it is zoomed stays. */
export function useShow(nodes: readonly CardNode[]): (key: string) => void {
  const { getViewport, setCenter } = useReactFlow();
  const store = useStoreApi();
  return (key) => {
    const position = nodes.find(({ id }) => id === key)?.position;
    const { width, height } = store.getState();
    if (!position || width === 0) return;
    const { x, y, zoom } = getViewport();
    const [left, top] = [position.x * zoom + x, position.y * zoom + y];
    const inside = left > 0 && top > 0 && left + NODE_WIDTH * zoom < width && top + NODE_HEIGHT * zoom < height;
    if (!inside) void setCenter(position.x + NODE_WIDTH / 2, position.y + NODE_HEIGHT / 2, { zoom, duration: 150 });
  };
}
