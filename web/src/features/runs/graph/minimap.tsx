import { useReactFlow, useStore, useStoreApi } from '@xyflow/react';
import { type PointerEvent, useCallback, useEffect, useRef } from 'react';
import { useColours } from './colours.js';
import css from './graph.module.css';
import { useLooks } from './looks.js';
import type { Picture } from './paint.js';
import { NODE_HEIGHT, NODE_WIDTH } from './placement.js';
import { READABLE } from './viewport.js';

/** In CSS px. */
const [WIDTH, HEIGHT, PAD] = [184, 112, 6];

/** The map of a graph that can't be seen whole. */
export function MiniMap(props: { picture: Picture }) {
  const { x, y, width, height } = props.picture.bounds;
  const whole = useStore(({ transform: [left, top, zoom], width: w, height: h }) => {
    const [right, bottom] = [(x + width) * zoom + left, (y + height) * zoom + top];
    return x * zoom + left >= 0 && y * zoom + top >= 0 && right <= w && bottom <= h && zoom >= READABLE;
  });
  return whole ? null : <Drawn {...props} />;
}

/** All of the graph, small, with what is seen of it; a press or a drag goes there. For a mouse alone: the list and the arrows lead everywhere. */
function Drawn({ picture }: { picture: Picture }) {
  const looks = useLooks();
  const canvas = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  const { setCenter } = useReactFlow();
  const colours = useColours();
  const { bounds } = picture;
  const scale = Math.min((WIDTH - 2 * PAD) / bounds.width, (HEIGHT - 2 * PAD) / bounds.height, 0.12);
  const left = (WIDTH - bounds.width * scale) / 2;
  const top = (HEIGHT - bounds.height * scale) / 2;

  // Nodes are drawn when they change, four times a second at most, and kept as a picture: only the frame follows the viewport.
  const kept = useRef<HTMLCanvasElement | undefined>(undefined);
  const frame = useCallback(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !kept.current) return;
    const { transform, width, height } = flow.getState();
    const [x, y, zoom] = transform;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
    context.drawImage(kept.current, 0, 0);
    context.scale(devicePixelRatio, devicePixelRatio);
    context.strokeStyle = colours.accent;
    context.lineWidth = 1.5;
    context.strokeRect(
      left + (-x / zoom - bounds.x) * scale,
      top + (-y / zoom - bounds.y) * scale,
      (width / zoom) * scale,
      (height / zoom) * scale,
    );
  }, [flow, colours, bounds, scale, left, top]);

  const tones = useRef(looks.tones);
  const nodes = useCallback(() => {
    const drawing = (kept.current ??= document.createElement('canvas'));
    Object.assign(drawing, { width: WIDTH * devicePixelRatio, height: HEIGHT * devicePixelRatio });
    const context = drawing.getContext('2d');
    if (!context) return;
    context.scale(devicePixelRatio, devicePixelRatio);
    const [w, h] = [Math.max(1, NODE_WIDTH * scale), Math.max(1, NODE_HEIGHT * scale)];
    for (const [i, tone] of tones.current.entries()) {
      context.fillStyle = colours.fill[tone];
      context.fillRect(left + (picture.x[i]! - bounds.x) * scale, top + (picture.y[i]! - bounds.y) * scale, w, h);
    }
    frame();
  }, [picture, colours, scale, left, top, bounds, frame]);
  useEffect(nodes, [nodes]);
  const later = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    tones.current = looks.tones;
    later.current ??= setTimeout(() => {
      later.current = undefined;
      nodes();
    }, 250);
  }, [looks, nodes]);
  useEffect(
    () => () => {
      clearTimeout(later.current);
      later.current = undefined;
    },
    [],
  );

  useEffect(() => {
    let before: unknown;
    return flow.subscribe(({ transform }) => {
      if (transform !== before) frame();
      before = transform;
    });
  }, [flow, frame]);

  const go = ({ nativeEvent, currentTarget, buttons, type }: PointerEvent<HTMLCanvasElement>): void => {
    if (buttons === 0) return;
    if (type === 'pointerdown') currentTarget.setPointerCapture(nativeEvent.pointerId);
    void setCenter(bounds.x + (nativeEvent.offsetX - left) / scale, bounds.y + (nativeEvent.offsetY - top) / scale, {
      zoom: flow.getState().transform[2],
    });
  };
  return (
    <canvas
      ref={canvas}
      className={css.minimap}
      {...{ width: WIDTH * devicePixelRatio, height: HEIGHT * devicePixelRatio }}
      style={{ width: WIDTH, height: HEIGHT }}
      aria-hidden
      onPointerDown={go}
      onPointerMove={go}
    />
  );
}
