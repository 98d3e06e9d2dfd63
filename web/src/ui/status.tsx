import {
  Ban,
  CircleCheck,
  CircleDashed,
  CircleDot,
  CirclePause,
  CircleSlash,
  Hand,
  Hourglass,
  type LucideIcon,
  OctagonX,
  Power,
  Timer,
} from 'lucide-react';
import { clsx } from 'clsx';
import type { NodeStatus, RunStatus } from '../../../core/engine/outcome.js';
import css from './status.module.css';

export type Status = NodeStatus | RunStatus;
export type Tone = 'good' | 'bad' | 'busy' | 'wait' | 'held' | 'idle';

/** Each state has a word, a mark of its own shape and a tone: it can be read without colour. */
export const STATUS: Record<Status, { label: string; tone: Tone; Icon: LucideIcon }> = {
  pending: { label: 'Pending', tone: 'idle', Icon: CircleDashed },
  queued: { label: 'Queued', tone: 'idle', Icon: CircleDot },
  running: { label: 'Running', tone: 'busy', Icon: Timer },
  waiting: { label: 'Waiting', tone: 'wait', Icon: Hourglass },
  held: { label: 'Held', tone: 'held', Icon: Hand },
  paused: { label: 'Paused', tone: 'wait', Icon: CirclePause },
  completed: { label: 'Completed', tone: 'good', Icon: CircleCheck },
  failed: { label: 'Failed', tone: 'bad', Icon: OctagonX },
  skipped: { label: 'Skipped', tone: 'idle', Icon: CircleSlash },
  cancelled: { label: 'Cancelled', tone: 'idle', Icon: Ban },
  terminated: { label: 'Terminated', tone: 'bad', Icon: Power },
  timed_out: { label: 'Timed out', tone: 'bad', Icon: Hourglass },
};

export const statusOf = (status: string): (typeof STATUS)[Status] => STATUS[status as Status] ?? STATUS.pending;

export function StatusMark({ status, size = 15 }: { status: string; size?: number }) {
  const { Icon, tone, label } = statusOf(status);
  return (
    <Icon
      className={clsx(css.mark, css[tone], status === 'running' && css.alive)}
      size={size}
      role="img"
      aria-label={label}
    />
  );
}

/** `label`: another word for it, of something that is not a run or a node. */
export function StatusBadge({ status, label: word }: { status: string; label?: string }) {
  const { Icon, tone, label } = statusOf(status);
  return (
    <span className={clsx(css.badge, css[tone], css[`${tone}Soft`])} data-status={status}>
      <Icon size={13} aria-hidden className={clsx(status === 'running' && css.alive)} />
      {word ?? label}
    </span>
  );
}
