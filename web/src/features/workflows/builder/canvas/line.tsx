import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react';
import { CircleAlert } from 'lucide-react';
import { clsx } from 'clsx';
import { memo } from 'react';
import { shortCondition } from '../../../../lib/condition.js';
import { labelPlace, smooth } from '../../../../lib/layout/index.js';
import css from './canvas.module.css';
import type { LineEdge } from './flow.js';
import { between } from './path.js';

const WORDS = { success: '', failure: 'on failure', always: 'always' };

/** An edge: where it leads, on which outcome, and on what condition. */
export const Line = memo(function Line({
  id,
  source,
  sourceX,
  sourceY,
  targetX,
  targetY,
  data,
  selected,
  markerEnd,
}: EdgeProps<LineEdge>) {
  const { on = 'success', condition, problems = [], points, crowded = true, untaken } = data ?? {};
  const ends = [
    { x: sourceX, y: sourceY },
    { x: targetX, y: targetY },
  ] as const;
  const at = labelPlace(points ?? ends, crowded);
  const wrong = problems.length > 0;
  return (
    <>
      <BaseEdge
        id={id}
        path={points ? smooth(points) : between(...ends)}
        className={clsx(css.line, css[on], selected && css.chosen, wrong && css.badLine, untaken && css.untaken)}
        {...(markerEnd === undefined ? {} : { markerEnd })}
      />
      {(on !== 'success' || condition !== undefined || wrong) && (
        <EdgeLabelRenderer>
          <span
            className={clsx(css.label, 'nopan', css[on], selected && css.chosen, wrong && css.badLabel)}
            style={{ transform: `translate(-50%, -50%) translate(${at.x}px, ${at.y}px)` }}
            title={[condition, ...problems].filter(Boolean).join('\n')}
            data-edge={id}
          >
            {wrong && <CircleAlert size={12} aria-hidden />}
            {WORDS[on]}
            {condition !== undefined && <code>{shortCondition(condition, source)}</code>}
          </span>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
