import { type Command, Option } from 'commander';
import type { Page } from '../client.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { table } from '../paint.js';
import { parseLimit } from './runs.js';

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
  claim?: { holder: string } | null;
  on_behalf_of?: string[];
}
interface GatesOptions extends CommonOptions {
  all?: boolean;
  any?: boolean;
  status?: string;
  due?: string;
  overdue?: boolean;
  decided?: boolean;
  claimed?: string;
  workflow?: string;
  run?: string;
  group?: string;
  query?: string;
  sort?: string;
  limit: number;
  counts?: boolean;
}

export function gates(program: Command, io: Io): void {
  leaf(program, 'gates', 'list the decisions that wait for you')
    .option('-a, --all', 'decided ones too')
    .option('--any', 'not only those that are yours to decide')
    .addOption(new Option('-s, --status <status>', 'only those').choices(['open', 'decided', 'closed']))
    .option('--due <when>', 'due within a duration (24h), or before a time')
    .option('--overdue', 'due before now')
    .option('--decided', 'those that you have decided')
    .addOption(new Option('--claimed <by>', 'those that you work on, or nobody does').choices(['me', 'nobody']))
    .option('-w, --workflow <workflow>', 'of runs of this workflow')
    .option('-r, --run <run>', 'of one run')
    .option('-g, --group <group>', 'those that this group is asked for')
    .option('-q, --query <words>', 'with these words in the title')
    .addOption(new Option('--sort <order>', 'in which order').choices(['oldest', 'newest', 'due']))
    .option('-n, --limit <n>', 'at most so many', parseLimit, 50)
    .option('--counts', 'only how many')
    .action(async ({ counts, ...options }: GatesOptions) => {
      if (counts) return count(io, options);
      const items = await found(options, io);
      print(io, options, items, () => draw(items, io));
    });
}

async function found({ limit, ...options }: GatesOptions, io: Io): Promise<Gate[]> {
  const client = clientFor(options, io);
  const items: Gate[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<Gate> = await client.get('/gates', { ...filterOf(options), cursor });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined && items.length < limit);
  return items.slice(0, limit);
}

const filterOf = ({ all, any, overdue, decided, claimed, query, ...rest }: Omit<GatesOptions, 'limit'>) => ({
  assigned: any || decided ? undefined : 'me',
  status: rest.status ?? (all || any || decided ? undefined : 'open'),
  ...{ due: rest.due, overdue: overdue ? 'true' : undefined, decided_by: decided ? 'me' : undefined },
  ...{ claimed_by: claimed, workflow: rest.workflow, run: rest.run, group: rest.group, q: query, sort: rest.sort },
});

async function count(io: Io, options: CommonOptions): Promise<void> {
  const counts = await clientFor(options, io).get<Record<string, number>>('/gates/counts');
  print(io, options, counts, () => table(Object.entries(counts).map(([name, n]) => [io.paint.dim(name), String(n)])));
}

function draw(items: Gate[], { paint }: Io): string[] {
  if (items.length === 0) return ['nothing waits for you'];
  const rows = items.map((gate) => [
    ...[gate.run_id, gate.node_key, gate.role ?? 'policy', gate.status, gate.opened_at],
    ...[
      gate.title,
      gate.due_at ?? '',
      gate.evidence ?? '',
      gate.claim?.holder ?? '',
      (gate.on_behalf_of ?? []).join(', '),
    ],
  ]);
  const heads = ['RUN', 'GATE', 'ROLE', 'STATUS', 'OPENED', 'TITLE', 'DUE', 'EVIDENCE', 'CLAIMED BY', 'FOR'];
  return table([heads.map(paint.dim), ...rows]);
}
