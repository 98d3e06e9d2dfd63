import { useStoreApi } from '@xyflow/react';
import { memo, useEffect, useRef } from 'react';
import { type Colours, useColours } from './colours.js';
import { type Looks, paint, type Picture } from './paint.js';
import { useSceneContext } from './scene.js';
import css from './graph.module.css';

/** A graph from afar, on one canvas beneath React Flow's viewport. */
export const CanvasLayer = memo(({ picture, looks }: { picture: Picture; looks: Looks }) => {
  const canvas = useRef<HTMLCanvasElement>(null);
  const flow = useStoreApi();
  const { scene } = useSceneContext();
  const colours = useColours();
  const latest = useRef<{ picture: Picture; looks: Looks; colours: Colours }>({ picture, looks, colours });
  const wanted = useRef(0);
  const draw = useRef(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !canvas.current) return;
    const { transform, width, height } = flow.getState();
    const ratio = devicePixelRatio;
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.current.width !== w || canvas.current.height !== h)
      Object.assign(canvas.current, { width: w, height: h });
    const [x, y, zoom] = transform;
    paint(context, { ...latest.current, view: { x, y, zoom, width, height, ratio }, ...scene.getState() });
  });
  useEffect(() => {
    latest.current = { picture, looks, colours };
    draw.current();
  }, [picture, looks, colours]);
  useEffect(() => {
    let before = '';
    // With the viewport, in the same frame: nodes above must not slide over what is drawn here.
    const moved = flow.subscribe(({ transform, width, height }) => {
      const now = `${transform.join()} ${width} ${height}`;
      if (now !== before) draw.current();
      before = now;
    });
    const marked = scene.subscribe(() => {
      cancelAnimationFrame(wanted.current);
      wanted.current = requestAnimationFrame(() => draw.current());
    });
    return () => {
      moved();
      marked();
      cancelAnimationFrame(wanted.current);
    };
  }, [flow, scene]);
  return <canvas ref={canvas} className={css.canvas} aria-hidden />;
});
