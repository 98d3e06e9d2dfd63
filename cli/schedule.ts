import type { FireView, ScheduleSummary, ScheduleView } from '../core/contract/schedules.js';
import { type Paint, statusPaint, table } from './paint.js';

/** Schedules as a terminal shows them. */
export function drawSchedules(items: ScheduleSummary[], paint: Paint): string[] {
  if (items.length === 0) return ['no schedules'];
  const rows = items.map((item) => [item.id, item.name, workflowOf(item), timesOf(item), stateOf(item, paint)]);
  return table([['SCHEDULE', 'NAME', 'WORKFLOW', 'TIMES', 'STATE'].map(paint.dim), ...rows]);
}

export function drawSchedule(schedule: ScheduleView, paint: Paint): string[] {
  const { id, name, note, spec, next_times, last_error, recent, fires } = schedule;
  const facts = [
    ['schedule', id],
    ['name', name],
    ['workflow', workflowOf(schedule)],
    ['times', timesOf(schedule)],
    ['overlap', spec.overlap],
    ['state', note === null ? stateOf(schedule, paint) : `${stateOf(schedule, paint)}: ${note}`],
    ['next', next_times.slice(0, 3).join(', ') || 'none'],
    ['fires', `${fires.started} started, ${fires.skipped} skipped, ${fires.missed} missed`],
    ...(last_error ? [['error', paint.bad(`${last_error.code} ${last_error.message}`)]] : []),
  ];
  const rows = recent.map((fire) => [fire.due_at, fire.run_id ?? '', becameOf(fire, paint)]);
  return [
    ...table(facts.map(([word = '', value = '']) => [paint.dim(word), value])),
    ...(rows.length === 0 ? [] : ['', ...table([['DUE', 'RUN', 'STATUS'].map(paint.dim), ...rows])]),
  ];
}

const workflowOf = ({ workflow, version }: ScheduleSummary): string =>
  version === null ? workflow : `${workflow} v${version}`;

const stateOf = ({ paused }: ScheduleSummary, paint: Paint): string => (paused ? paint.busy('paused') : 'on');

function timesOf({ spec: { cron, intervals, time_zone } }: ScheduleSummary): string {
  const every = intervals.map(({ every, offset }) => `every ${every}${/^0\D/.test(offset) ? '' : `+${offset}`}`);
  return [...cron.map((each) => `${each} ${time_zone}`), ...every].join('; ');
}

function becameOf({ status, error, run_id }: FireView, paint: Paint): string {
  if (error) return paint.bad(error.code);
  if (status !== null) return statusPaint(paint, status)(status);
  return paint.dim(run_id === null ? 'no run' : '');
}
