import type { Command } from 'commander';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { table } from '../paint.js';

interface Why {
  status: string;
  why: string;
  first_cause: { node: string | null; run_id?: string } | null;
  nodes: { key: string; status: string; why: string }[];
}

export function why(program: Command, io: Io): void {
  leaf(program, 'why <run>', 'why a run stands where it stands; of a failed one, the first cause').action(
    async (id: string, options: CommonOptions) => {
      const told = await clientFor(options, io).get<Why>(`/workflow_runs/${encodeURIComponent(id)}/why`);
      print(io, options, told, () => draw(told, io));
    },
  );
}

function draw({ status, why: sentence, first_cause, nodes }: Why, { paint }: Io): string[] {
  const child = first_cause?.run_id === undefined ? [] : [`its own run says more: heddle why ${first_cause.run_id}`];
  const rows = nodes.map(({ key, status: stands, why: said }) => [key, stands, said]);
  return [
    `${status}: ${sentence}`,
    ...child,
    ...(rows.length === 0 ? [] : table([['NODE', 'STATUS', 'WHY'].map(paint.dim), ...rows])),
  ];
}
