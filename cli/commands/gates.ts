import type { Command } from 'commander';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { table } from '../paint.js';
import type { Page } from './runs.js';

interface Gate {
  run_id: string;
  node_key: string;
  title: string;
  role: string | null;
  waits_for: string | null;
  due_at: string | null;
  evidence: string | null;
  opened_at: string;
  status: string;
}

export function gates(program: Command, io: Io): void {
  leaf(program, 'gates', 'list the decisions that wait for you')
    .option('-a, --all', 'decided ones too')
    .action(async ({ all, ...common }: CommonOptions & { all?: boolean }) => {
      const query = { assigned: 'me', status: all ? undefined : 'open' };
      const { items } = await clientFor(common, io).get<Page<Gate>>('/gates', query);
      print(io, common, items, () => draw(items, io));
    });
}

function draw(items: Gate[], { paint }: Io): string[] {
  if (items.length === 0) return ['nothing waits for you'];
  const rows = items.map((gate) => [
    ...[gate.run_id, gate.node_key, gate.role ?? 'policy', gate.status, gate.opened_at],
    ...[gate.title, gate.due_at ?? '', gate.evidence ?? ''],
  ]);
  return table([['RUN', 'GATE', 'ROLE', 'STATUS', 'OPENED', 'TITLE', 'DUE', 'EVIDENCE'].map(paint.dim), ...rows]);
}
