import { Handle, type NodeProps, Position } from '@xyflow/react';
import { CircleAlert } from 'lucide-react';
import { clsx } from 'clsx';
import { memo } from 'react';
import { lookOf } from '../../../../ui/node-types.js';
import { Tooltip } from '../../../../ui/index.js';
import css from './canvas.module.css';
import type { CardNode } from './flow.js';

/** A node on the canvas: what it is, what it is called, what it does, and what is wrong with it. */
export const Card = memo(function Card({ data, selected }: NodeProps<CardNode>) {
  const { label, type, tool, summary, problems, marks, untaken } = data;
  const { Icon, label: typeLabel } = lookOf(type, { tool });
  return (
    <div
      className={clsx(css.card, selected && css.selected, problems.length > 0 && css.wrong, untaken && css.untaken)}
      data-type={type}
    >
      <Handle type="target" position={Position.Top} className={css.handle} />
      <span className={css.type}>
        <Icon size={16} aria-hidden />
      </span>
      <span className={css.words}>
        <span className={css.key}>{label.startsWith('#') ? 'no key' : label}</span>
        <span className={clsx(css.summary, problems.length > 0 && css.badText)}>
          {problems[0] ?? (summary || typeLabel)}
        </span>
      </span>
      {marks.length > 0 && (
        <Tooltip text={marks.map(({ says }) => says).join(', ')} side="right">
          <span className={css.mark}>
            {marks[0]!.short}
            {marks.length > 1 && ` +${marks.length - 1}`}
          </span>
        </Tooltip>
      )}
      {problems.length > 0 && (
        <Tooltip text={<Problems problems={problems} />} side="right">
          <span className={css.trouble}>
            <CircleAlert size={15} aria-hidden />
            {problems.length > 1 && problems.length}
          </span>
        </Tooltip>
      )}
      <Handle type="source" position={Position.Bottom} className={css.handle} />
    </div>
  );
});

const Problems = ({ problems }: { problems: readonly string[] }) => (
  <ul>
    {problems.slice(0, 4).map((message) => (
      <li key={message}>{message}</li>
    ))}
    {problems.length > 4 && <li>and {problems.length - 4} more</li>}
  </ul>
);
