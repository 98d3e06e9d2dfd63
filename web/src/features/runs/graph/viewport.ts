import { getViewportForBounds, type OnMove, useReactFlow, useStore, useStoreApi } from '@xyflow/react';
import { useCallback, useEffect, useRef } from 'react';
import { type Picture, type Within, within } from './paint.js';
import { NODE_HEIGHT, NODE_WIDTH, type Placement } from './placement.js';

export const [MIN_ZOOM, MAX_ZOOM] = [0.02, 2];
/** From where on a node's text can be read. */
export const READABLE = 0.75;
/** Below that nodes are no part of the document: their text could not be read anyway. */
const FAR = { large: 0.4, small: 0.2 };
/** What is drawn around what is seen moves on in steps of so many px of the drawing, and reaches a step beyond. */
const STEP = 400;

/** Whether the graph is seen from afar. */
export const useFar = (large: boolean): boolean =>
  useStore(({ transform }) => transform[2] < (large ? FAR.large : FAR.small));

/** What of a large graph is to be in the document, by index. The same object while the viewport stays within a step. */
export function useWindow(picture: Picture, off: boolean): Within {
  const kept = useRef<{ picture: Picture; at: string; found: Within }>({ picture, at: '', found: NOTHING });
  return useStore(({ transform: [x, y, zoom], width, height }) => {
    if (off) return NOTHING;
    const step = (value: number, by: number) => Math.floor(value / STEP + by) * STEP;
    const seen = {
      ...{ left: step(-x / zoom, 0) - STEP / 2, top: step(-y / zoom, 0) - STEP / 2 },
      ...{ right: step((width - x) / zoom, 1) + STEP / 2, bottom: step((height - y) / zoom, 1) + STEP / 2 },
    };
    const at = `${seen.left} ${seen.top} ${seen.right} ${seen.bottom}`;
    if (kept.current.at !== at || kept.current.picture !== picture)
      kept.current = { picture, at, found: within(picture, seen) };
    return kept.current.found;
  });
}
const NOTHING: Within = { nodes: [], edges: [] };

export interface Camera {
  /** React Flow's callbacks. */
  moves: { onMoveStart: OnMove; onMove: OnMove; onMoveEnd: OnMove };
  fit: () => void;
  /** Shows the node, and moves no further than it takes. */
  show: (key: string) => void;
  zoomBy: (factor: number) => void;
}

/** A screen so narrow shows little of a graph that is shown whole: it begins with a node that can be read. */
const [NARROW, UNREADABLE] = [640, 0.5];

/**
 * Moves over the graph. It is shown whole at first, and again when it is placed anew, unless somebody has moved it meanwhile. `first`: a node
 * that has to be seen; `main`: the one that a narrow screen begins with.
 */
export function useCamera(
  picture: Picture,
  placement: Placement,
  { first, main }: { first: string | undefined; main: () => string | undefined },
): Camera & { touched: () => void } {
  const { setViewport, setCenter, zoomTo } = useReactFlow();
  const flow = useStoreApi();
  const ready = useStore(({ width, height }) => width > 0 && height > 0);
  const touched = useRef(false);

  const fit = useCallback(() => {
    const { width, height } = flow.getState();
    void setViewport(getViewportForBounds(picture.bounds, width, height, MIN_ZOOM, 1, 0.08));
  }, [flow, picture, setViewport]);

  const show = useCallback(
    (key: string) => {
      const place = placement.nodes.get(key);
      if (!place) return;
      const { transform, width, height } = flow.getState();
      const [x, y, zoom] = transform;
      const margin = 24;
      const [left, top] = [place.x * zoom + x, place.y * zoom + y];
      const [right, bottom] = [left + NODE_WIDTH * zoom, top + NODE_HEIGHT * zoom];
      const seen = left > margin && top > margin && right < width - margin && bottom < height - margin;
      if (seen && zoom >= READABLE / 2) return;
      void setCenter(place.x + NODE_WIDTH / 2, place.y + NODE_HEIGHT / 2, { zoom: Math.max(zoom, READABLE) });
    },
    [flow, placement, setCenter],
  );

  useEffect(() => {
    if (!ready || touched.current) return;
    fit();
    const { width, transform } = flow.getState();
    const begin = first ?? (width < NARROW && transform[2] < UNREADABLE ? main() : undefined);
    if (begin !== undefined) show(begin);
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only when it is placed: what is selected later moves nothing by itself
  }, [ready, picture]);

  // While it is only moved the drawing is kept as it is and pushed about; a scale that changes is drawn sharp.
  const zoom = useRef(0);
  const hold = (held: boolean): void => {
    const { domNode } = flow.getState();
    if (domNode) domNode.dataset['moved'] = String(held);
  };
  const moves: Camera['moves'] = {
    onMoveStart: (event, viewport) => {
      if (event) touched.current = true;
      zoom.current = viewport.zoom;
      hold(true);
    },
    onMove: (_, viewport) => viewport.zoom !== zoom.current && hold(false),
    onMoveEnd: () => hold(false),
  };

  return {
    moves,
    fit,
    show,
    zoomBy: (factor) => void zoomTo(flow.getState().transform[2] * factor),
    touched: () => (touched.current = true),
  };
}
