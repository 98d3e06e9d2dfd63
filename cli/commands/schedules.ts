import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { ScheduleSummary, ScheduleView } from '../../core/contract/schedules.js';
import { collect, readInput } from '../input.js';
import { allPages, type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { drawSchedule, drawSchedules } from '../schedule.js';

interface CreateOptions extends CommonOptions {
  input: string[];
  metadata: string[];
  cron: string[];
  every: string[];
  timeZone?: string;
  jitter?: string;
  startAt?: string;
  endAt?: string;
  overlap?: string;
  catchupWindow?: string;
  pauseOnFailure?: boolean;
  paused?: boolean;
  workflowVersion?: string;
  key?: string;
}

const pathOf = (id: string, act = '') => `/schedules/${encodeURIComponent(id)}${act}`;

/** `heddle schedules …`: what starts runs by itself. */
export function schedules(program: Command, io: Io): void {
  const group = program.command('schedules').description('start runs at set times: list, create, pause, backfill …');
  list(group, io);
  create(group, io);
  leaf(group, 'show <schedule>', 'a schedule: its times, the next ones, what became of the last').action(
    async (id: string, options: CommonOptions) => {
      const schedule = await clientFor(options, io).get<ScheduleView>(pathOf(id));
      print(io, options, schedule, () => drawSchedule(schedule, io.paint));
    },
  );
  for (const act of ['pause', 'resume'] as const)
    leaf(group, `${act} <schedule>`, `${act} a schedule; runs that it has started go on`)
      .option('-r, --reason <text>', 'why')
      .action(async (id: string, { reason, ...options }: CommonOptions & { reason?: string }) => {
        const body = reason === undefined ? {} : { reason };
        const schedule = await clientFor(options, io).post<ScheduleView>(pathOf(id, `/${act}`), body);
        print(io, options, schedule, () => drawSchedule(schedule, io.paint));
      });
  start(group, io);
  leaf(group, 'delete <schedule>', 'delete a schedule; runs that it has started go on').action(
    async (id: string, options: CommonOptions) => {
      await clientFor(options, io).delete(pathOf(id));
      print(io, options, { id, deleted: true }, () => [`deleted ${id}`]);
    },
  );
}

function list(group: Command, io: Io): void {
  leaf(group, 'list', 'list schedules, newest first').action(async (options: CommonOptions) => {
    const items = await allPages<ScheduleSummary>(clientFor(options, io), '/schedules', { limit: '100' });
    print(io, options, items, () => drawSchedules(items, io.paint));
  });
}

function create(group: Command, io: Io): void {
  leaf(group, 'create <name> <workflow>', 'make a schedule that starts runs of a workflow')
    .option('-c, --cron <expression>', 'minute, hour, day, month, weekday; may be repeated', collect, [])
    .option('-z, --time-zone <name>', 'of the cron expressions, such as Europe/Berlin')
    .option('-e, --every <duration>', 'an interval: 1h, or 1h+10m for ten past; may be repeated', collect, [])
    .option('--jitter <duration>', 'fire up to so much later, at random')
    .option('--start-at <time>', 'not before')
    .option('--end-at <time>', 'not after')
    .option(
      '--overlap <policy>',
      'while a run is open: skip, buffer_one, buffer_all, allow_all, cancel_other, terminate_other',
    )
    .option('--catchup-window <duration>', 'make up for what was missed, if it is no older')
    .option('--pause-on-failure', 'pause when a run fails')
    .option('--paused', 'make it paused')
    .option('-i, --input <value>', 'input: JSON, @file or key=value; may be repeated', collect, [])
    .option('-m, --metadata <value>', 'metadata: JSON, @file or key=value; may be repeated', collect, [])
    .option('--workflow-version <n>', 'of the workflow; without it the newest when it fires')
    .option('--key <key>', 'Idempotency-Key: the same key again finds the schedule that it made')
    .addHelpText(
      'after',
      "\nExample:\n  heddle schedules create nightly elements-brief -c '0 2 * * *' -z Europe/Berlin -i period=4",
    )
    .action(async (name: string, workflow: string, options: CreateOptions) => {
      const { input, metadata, paused, workflowVersion, key = randomUUID() } = options;
      const body = {
        ...{ name, workflow, input: readInput(input, io.cwd), metadata: readInput(metadata, io.cwd) },
        ...{ spec: specOf(options), ...(paused ? { paused } : {}) },
        ...(workflowVersion === undefined ? {} : { version: Number(workflowVersion) }),
      };
      const made = await clientFor(options, io).post<ScheduleView>('/schedules', body, { 'idempotency-key': key });
      print(io, options, made, () => [made.id]);
    });
}

/** As the API takes it: what was not said is left to it. */
function specOf(options: CreateOptions): object {
  const { cron, every, timeZone, jitter, startAt, endAt, overlap, catchupWindow, pauseOnFailure } = options;
  const intervals = every.map((text) => {
    const [length, offset] = text.split('+');
    return { every: length, ...(offset === undefined ? {} : { offset }) };
  });
  const given = {
    ...{ cron, intervals, time_zone: timeZone, jitter, start_at: startAt, end_at: endAt },
    ...{ overlap, catchup_window: catchupWindow, pause_on_failure: pauseOnFailure },
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function start(group: Command, io: Io): void {
  leaf(group, 'trigger <schedule>', 'start a run of a schedule now')
    .option('--overlap <policy>', 'instead of the schedule’s own')
    .option('--key <key>', 'Idempotency-Key: the same key again finds the run that it started')
    .action(
      async (
        id: string,
        { overlap, key = randomUUID(), ...options }: CommonOptions & { overlap?: string; key?: string },
      ) => {
        const headers = { 'idempotency-key': key };
        const body = overlap === undefined ? {} : { overlap };
        const asked = await clientFor(options, io).post<{ run_id: string }>(pathOf(id, '/trigger'), body, headers);
        print(io, options, asked, () => [asked.run_id]);
      },
    );
  leaf(group, 'backfill <schedule>', 'start the runs of a window of the past')
    .requiredOption('--from <time>', 'the first time that counts, RFC 3339')
    .requiredOption('--to <time>', 'the last time that counts')
    .option('--overlap <policy>', 'for these runs; without it one after another')
    .action(
      async (
        id: string,
        { from, to, overlap, ...options }: CommonOptions & Record<'from' | 'to' | 'overlap', string>,
      ) => {
        const body = { from, to, ...(overlap === undefined ? {} : { overlap }) };
        const asked = await clientFor(options, io).post<{ fires: number }>(pathOf(id, '/backfill'), body);
        print(io, options, asked, () => [`asked for ${asked.fires} runs`]);
      },
    );
}
