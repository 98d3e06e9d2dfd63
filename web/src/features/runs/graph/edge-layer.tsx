import { ViewportPortal } from '@xyflow/react';
import { memo, useMemo } from 'react';
import type { Plan } from '../../../../../core/spec/plan.js';
import { labelPlace, type Point, smooth } from '../../../lib/layout/index.js';
import css from './edge-layer.module.css';
import { crowdedOf, type EdgeLook, labelOf } from './edges.js';
import { useLooks } from './looks.js';
import { type Placement, straight } from './placement.js';

export interface EdgeLayerProps {
  plan: Plan;
  placement: Placement;
  edges: readonly number[];
}

function pointsOf(plan: Plan, placement: Placement, index: number): readonly Point[] {
  const bends = placement.edges.get(String(index));
  if (bends && bends.length > 1) return bends;
  const { from, to } = plan.edges[index]!;
  const ends = [from, to].map((node) => placement.nodes.get(plan.nodes[node]!.key));
  return ends[0] && ends[1] ? straight(ends[0], ends[1]) : [];
}

/** Edges beneath the nodes, by their index in the plan: each a path of its own, drawn anew when it resolves. */
export const EdgeLayer = memo(({ plan, placement, edges }: EdgeLayerProps) => {
  const { edges: looks } = useLooks();
  const crowded = useMemo(() => crowdedOf(plan), [plan]);
  return (
    <ViewportPortal>
      <svg className={css.layer} aria-hidden>
        <defs>
          {(['pending', 'taken', 'failed'] as const).map((look) => (
            <marker
              key={look}
              id={`edge-${look}`}
              {...{ viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, orient: 'auto' }}
              markerUnits="userSpaceOnUse"
              className={css[look]}
            >
              <path d="M0.5 0.5 L7.5 4 L0.5 7.5 z" className={css.head} />
            </marker>
          ))}
        </defs>
        {edges.map((index) => (
          <Edge
            key={index}
            {...{ plan, placement, index, look: looks[index] ?? 'pending' }}
            crowded={crowded.has(plan.edges[index]!.to)}
          />
        ))}
      </svg>
    </ViewportPortal>
  );
});

interface EdgeProps {
  plan: Plan;
  placement: Placement;
  index: number;
  look: EdgeLook;
  crowded: boolean;
}
const Edge = memo(({ plan, placement, index, look, crowded }: EdgeProps) => {
  const points = useMemo(() => pointsOf(plan, placement, index), [plan, placement, index]);
  const edge = plan.edges[index]!;
  const label = labelOf(edge, plan.nodes[edge.from]!.key);
  const at = useMemo(() => labelPlace(points, crowded), [points, crowded]);
  const width = (label?.length ?? 0) * 6.2 + 12;
  return (
    <g className={css[look]} data-look={look}>
      <path d={smooth(points)} className={css.line} markerEnd={`url(#edge-${MARKERS[look]})`} />
      {label !== undefined && (
        <>
          <rect x={at.x - width / 2} y={at.y - 9} width={width} height={18} rx={9} className={css.plate} />
          <text x={at.x} y={at.y + 3.5} className={css.label}>
            {label}
          </text>
        </>
      )}
    </g>
  );
});
const MARKERS: Record<EdgeLook, string> = {
  pending: 'pending',
  taken: 'taken',
  not_taken: 'pending',
  failed: 'failed',
  unknown: 'taken',
};
