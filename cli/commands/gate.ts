import type { Command } from 'commander';
import type { GateEntry } from '../../core/contract/gates.js';
import type { Json } from '../../core/json.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { table } from '../paint.js';
import { parseLimit } from './runs.js';

interface Seat {
  count: number;
  group?: string;
  role?: string;
  people?: string[];
}
interface Gate {
  title: string;
  status: string;
  show: Json;
  form: Json;
  evidence: string | null;
  due_at: string | null;
  workflow: string;
  missing: Seat[];
  exclude: string[];
  votes: { actor: string; on_behalf_of?: string; decision: string }[];
  decision: { actor: string; decision: string } | null;
  deadline: { then: string; escalate_to: string | null; escalates_at: string | null } | null;
  claim: { holder: string; expires_at: string } | null;
  you: { assigned: boolean; on_behalf_of: string[] };
  comments: { author: string; text: string; at: string }[];
  run: { starter: string };
}
interface Claimed {
  claim: { holder: string; expires_at: string } | null;
}

const pathOf = (run: string, node: string, more = ''): string =>
  `/gates/${encodeURIComponent(run)}/${encodeURIComponent(node)}${more}`;

/** One gate: what it asks, who works on it, what was said and done. */
export function gate(program: Command, io: Io): void {
  leaf(program, 'gate <run> <gate>', 'show a gate: what it asks, of whom, by when, what was said')
    .option('--history', 'all that happened to it, in order')
    .action((run: string, node: string, { history, ...common }: CommonOptions & { history?: boolean }) =>
      history ? told(io, common, run, node) : shown(io, common, run, node),
    );
  leaf(program, 'claim <run> <gate>', 'tell others that you work on a gate')
    .option('--take-over', 'also if somebody else does')
    .option('--minutes <n>', 'for how long', parseLimit)
    .action(
      async (
        run: string,
        node: string,
        { takeOver, minutes, ...common }: CommonOptions & { takeOver?: boolean; minutes?: number },
      ) => {
        const body = { ...(takeOver && { take_over: true }), ...(minutes !== undefined && { minutes }) };
        const result = await clientFor(common, io).post<Claimed>(pathOf(run, node, '/claim'), body);
        print(io, common, result, () => [`${node}: yours until ${result.claim?.expires_at}`]);
      },
    );
  leaf(program, 'release <run> <gate>', 'tell others that you do not work on a gate any more').action(
    async (run: string, node: string, common: CommonOptions) => {
      const result = await clientFor(common, io).post<Claimed>(pathOf(run, node, '/release'), {});
      print(io, common, result, () => [`${node}: nobody works on it`]);
    },
  );
  leaf(program, 'comment <run> <gate> <text>', 'say something about a gate').action(
    async (run: string, node: string, text: string, common: CommonOptions) => {
      const comment = await clientFor(common, io).post<object>(pathOf(run, node, '/comments'), { text });
      print(io, common, comment, () => [`${node}: said`]);
    },
  );
}

async function shown(io: Io, common: CommonOptions, run: string, node: string): Promise<void> {
  const found = await clientFor(common, io).get<Gate>(pathOf(run, node));
  print(io, common, found, () => draw(found, io));
}

function draw(gate: Gate, { paint }: Io): string[] {
  const { missing, votes, deadline, claim, you } = gate;
  const facts: [string, string][] = [
    ['status', gate.status],
    ['of', `${gate.workflow}, started by ${gate.run.starter}`],
    ...missing.map((seat): [string, string] => ['waits for', nameOf(seat)]),
    ...(gate.exclude.length === 0 ? [] : ([['not', gate.exclude.join(', ')]] as [string, string][])),
    ...votes.map((vote): [string, string] => [vote.decision === 'approve' ? 'approved' : 'denied', whoOf(vote)]),
    ...(gate.due_at === null || !deadline
      ? []
      : ([['due', `${gate.due_at}, then ${deadline.then}`]] as [string, string][])),
    ...(deadline?.escalate_to
      ? ([['escalates', `${deadline.escalates_at} to ${deadline.escalate_to}`]] as [string, string][])
      : []),
    ...(claim ? ([['claimed by', `${claim.holder} until ${claim.expires_at}`]] as [string, string][]) : []),
    [
      'you',
      you.assigned
        ? 'are asked'
        : you.on_behalf_of.length > 0
          ? `may decide for ${you.on_behalf_of.join(', ')}`
          : 'are not asked',
    ],
    ['evidence', gate.evidence ?? ''],
  ];
  return [
    paint.bold(gate.title),
    ...table(facts.map(([name, value]) => [paint.dim(name), value])),
    ...['', JSON.stringify(gate.show, null, 2)],
    ...(gate.form === null ? [] : ['', paint.dim('form'), JSON.stringify(gate.form, null, 2)]),
    ...(gate.comments.length === 0
      ? []
      : ['', ...gate.comments.map(({ author, text, at }) => `${paint.dim(at)} ${author}: ${text}`)]),
  ];
}

const nameOf = ({ count, group, role, people }: Seat): string =>
  `${count} of ${group === undefined ? (role === undefined ? (people ?? []).join(', ') : `role ${role}`) : `group ${group}`}`;

const whoOf = ({ actor, on_behalf_of }: Gate['votes'][number]): string =>
  on_behalf_of === undefined ? actor : `${actor} for ${on_behalf_of}`;

async function told(io: Io, common: CommonOptions, run: string, node: string): Promise<void> {
  const { items } = await clientFor(common, io).get<{ items: GateEntry[] }>(pathOf(run, node, '/history'));
  print(io, common, items, () => table([['AT', 'WHAT', 'WHO', ''].map(io.paint.dim), ...items.map(rowOf)]));
}

/** What there is to say of an entry besides: a decision and its comment, what was said, how it ended. */
function rowOf({ at, kind, actor, data }: GateEntry): string[] {
  const { decision, comment, text, reason, status, on_behalf_of, how } = (data ?? {}) as Record<
    string,
    string | undefined
  >;
  const more = [decision, on_behalf_of && `for ${on_behalf_of}`, comment, text, reason, status, how].filter(Boolean);
  return [at, kind.replace('_', ' '), actor ?? '', more.join(' · ')];
}
