import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import type { RunView } from '../../core/events/view.js';
import type { Client } from '../client.js';
import { CliError, EXIT } from '../exit.js';
import { collect, readInput } from '../input.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { statusPaint } from '../paint.js';
import { createTimeline, gantt, openedGate } from '../timeline.js';
import { showDryRun } from '../dry-run.js';
import { applyFile } from './apply.js';

interface RunOptions extends CommonOptions {
  input: string[];
  metadata: string[];
  follow?: boolean;
  dry?: boolean;
  key?: string;
  priority?: string;
}

/** Whether the argument names a file and not a stored workflow. */
export const isSpecFile = (name: string): boolean => /\.(ya?ml|json)$|^-$/.test(name);

export function run(program: Command, io: Io): void {
  leaf(program, 'run <workflow>', 'start a run of a workflow, by name, id or spec file (which is applied first)')
    .option('-i, --input <value>', 'input: JSON, @file or key=value; may be repeated', collect, [])
    .option('-m, --metadata <value>', 'metadata: JSON, @file or key=value; may be repeated', collect, [])
    .option('-f, --follow', 'stay until the run ends and show what happens; with --json one event a line')
    .option('--dry', 'show what a run would do, without doing it; the workflow must be stored')
    .option('--priority <n>', '1 (goes first) to 5, instead of what the spec says')
    .option('--key <key>', 'Idempotency-Key: the same key again finds the run that it started')
    .addHelpText(
      'after',
      '\nExamples:\n  heddle run elements-brief -i period=4 --follow\n  heddle run flow.yaml -i @input.json',
    )
    .action(async (workflow: string, options: RunOptions) => {
      const client = clientFor(options, io);
      const input = readInput(options.input, io.cwd);
      const metadata = readInput(options.metadata, io.cwd);
      if (options.dry) return await showDryRun(client, workflow, { input, metadata }, options, io);
      const name = isSpecFile(workflow) ? (await applyFile(client, workflow, options, io)).id : workflow;
      const headers = { 'idempotency-key': options.key ?? randomUUID() };
      const priority = options.priority === undefined ? {} : { priority: Number(options.priority) };
      const path = `/workflows/${encodeURIComponent(name)}/run`;
      const started = await client.post<{ id: string; status: string }>(
        path,
        { input, metadata, ...priority },
        headers,
      );
      if (!options.follow) return print(io, options, started, () => [started.id]);
      await followRun(client, started.id, options, io);
    });
}

/** Shows the run as it goes. A run that does not complete makes the command fail. */
export async function followRun(client: Client, id: string, options: CommonOptions, io: Io): Promise<void> {
  io.say(io.sayPaint.dim(`run ${id}`));
  const draw = createTimeline(io.say, io.sayPaint);
  for await (const followed of client.follow(id)) {
    if (options.json) {
      if (followed.kind === 'event') io.out(JSON.stringify(followed.event));
      continue;
    }
    draw(followed);
    const gate = openedGate(followed);
    if (gate !== undefined) io.say(io.sayPaint.dim(`to decide: heddle decide ${id} ${gate} approve`));
  }
  const view = await client.get<RunView>(`/workflow_runs/${encodeURIComponent(id)}`);
  if (options.json) io.out(JSON.stringify({ type: 'run', run: view }));
  else {
    io.say('');
    for (const line of gantt(view, io.sayPaint)) io.say(line);
    io.say(`\n${statusPaint(io.sayPaint, view.status)(view.status)}`);
    io.out(JSON.stringify(view.output, null, 2));
  }
  if (view.status !== 'completed') {
    throw new CliError(
      EXIT.failed,
      view.error ? `${view.error.code}: ${view.error.message}` : `the run is ${view.status}`,
    );
  }
}
