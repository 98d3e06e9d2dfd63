import type { Command } from 'commander';
import { readJson } from '../input.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';

interface Sending extends CommonOptions {
  key?: string;
  data?: string;
  id?: string;
}
interface Fate {
  id: string;
  outcome: 'delivered' | 'kept' | 'repeated';
  nodes: string[];
}
interface SentFate {
  id: string;
  repeated: boolean;
  expires_at: string;
  counts: { delivered: number; due: number; unfit: number };
  runs: { run_id: string; status: string }[];
}

/** Named events: to one run, or by their key to whichever runs wait for them. */
export function event(program: Command, io: Io): void {
  sending(program, 'event <run> <name>', 'send an event to a run').action(
    async (run: string, name: string, options: Sending) => {
      const path = `/workflow_runs/${encodeURIComponent(run)}/events/${encodeURIComponent(name)}`;
      const fate = await clientFor(options, io).post<Fate>(path, bodyOf(options, io));
      print(io, options, fate, () => [`${name}: ${TOLD[fate.outcome](fate.nodes)}`]);
    },
  );
  sending(program, 'send-event <name>', 'send an event to whichever runs wait for it')
    .option('--ttl <duration>', 'how long it is kept for runs that wait later')
    .action(async (name: string, { ttl, ...options }: Sending & { ttl?: string }) => {
      const body = { ...bodyOf(options, io), ...(ttl !== undefined && { ttl }) };
      const fate = await clientFor(options, io).post<SentFate>(`/events/${encodeURIComponent(name)}`, body);
      print(io, options, fate, () => drawSent(name, fate));
    });
}

const sending = (program: Command, usage: string, description: string): Command =>
  leaf(program, usage, description)
    .option('-k, --key <text>', 'what it is about, such as an order’s number')
    .option('-d, --data <json>', 'JSON, or @file')
    .option('--id <id>', 'tells it from others: once more, it counts for nothing');

const bodyOf = ({ key, data, id }: Sending, io: Io) => ({
  ...(key !== undefined && { key }),
  ...(data !== undefined && { data: readJson(data, io.cwd) }),
  ...(id !== undefined && { id }),
});

const TOLD: Record<Fate['outcome'], (nodes: string[]) => string> = {
  delivered: (nodes) => `delivered to ${nodes.join(', ')}`,
  kept: () => 'kept for the first wait that begins',
  repeated: () => 'had come before',
};

function drawSent(name: string, { repeated, runs, counts, expires_at }: SentFate): string[] {
  const lines = runs.map(({ run_id, status }) => `${run_id}  ${status}`);
  const nobody = counts.delivered + counts.due === 0;
  return [
    ...(repeated ? [`${name}: had been sent before`] : []),
    ...lines,
    ...(nobody ? [`${name}: nobody waits for it; kept until ${expires_at}`] : []),
  ];
}
