import type { z } from 'zod';
import type { dryRunView } from '../core/contract/tests.js';
import type { JsonObject } from '../core/json.js';
import type { Client } from './client.js';
import { CliError, EXIT } from './exit.js';
import { type CommonOptions, type Io, print } from './io.js';
import { type Paint, table } from './paint.js';

type DryRun = z.infer<typeof dryRunView>;
type DryNode = DryRun['nodes'][number];

/** Asks what a run of a stored workflow would do, and shows it. */
export async function showDryRun(
  client: Client,
  workflow: string,
  given: { input: JsonObject; metadata: JsonObject },
  options: CommonOptions,
  io: Io,
): Promise<void> {
  if (/\.(ya?ml|json)$|^-$/.test(workflow))
    throw new CliError(EXIT.invalid, '--dry takes a stored workflow: to store a file would be an effect', {
      hint: 'Store it with `heddle apply`, then give its name.',
    });
  const dry = await client.post<DryRun>(`/workflows/${encodeURIComponent(workflow)}/dry_run`, given);
  print(io, options, dry, () => drawDryRun(dry, io.paint));
}

/** Wave by wave: the node, whether it runs, what it does, and what its input still waits for. */
export function drawDryRun(dry: DryRun, paint: Paint): string[] {
  const of = new Map(dry.nodes.map((node) => [node.key, node]));
  const rows = dry.waves.flatMap((keys, wave) =>
    keys.map((key, n) => [n === 0 ? paint.dim(`wave ${wave + 1}`) : '', ...rowOf(of.get(key)!, paint)]),
  );
  const not = dry.nodes.filter(({ runs }) => runs === 'no').map(({ key }) => key);
  return [
    paint.bold(`${dry.workflow} version ${dry.version}`),
    ...table(rows),
    ...(not.length === 0 ? [] : [paint.dim(`would not run: ${not.join(', ')}`)]),
    paint.dim('cost: unknown'),
  ];
}

function rowOf({ key, type, runs, acts, items, unknown, error }: DryNode, paint: Paint): string[] {
  const waits = [...new Set(unknown.flatMap(({ reads }) => reads))];
  const notes = [
    ...(error ? [paint.bad(`would fail: ${error.code}: ${error.message}`)] : []),
    ...(items === undefined ? [] : [`${items} items`]),
    ...(waits.length === 0 ? [] : [`input waits for ${waits.join(', ')}`]),
  ];
  const kind = acts ? type : paint.dim(type);
  return [key, kind, runs === 'yes' ? '' : paint.busy('maybe'), notes.join('; ')];
}
