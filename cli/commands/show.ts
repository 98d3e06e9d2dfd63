import type { Command } from 'commander';
import type { NodeView, RunView } from '../../core/events/view.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { statusPaint, table } from '../paint.js';
import { gantt } from '../timeline.js';

interface ShowOptions extends CommonOptions {
  node?: string;
}

export function show(program: Command, io: Io): void {
  leaf(program, 'show <run>', 'show a run: its nodes, when they worked, what went wrong, what it waits for')
    .option('--node <key>', 'one node with its input and output')
    .action(async (id: string, { node: key, ...common }: ShowOptions) => {
      const run = await clientFor(common, io).get<RunView>(`/workflow_runs/${encodeURIComponent(id)}`);
      if (key === undefined) return print(io, common, run, () => drawRun(run, io));
      const node = run.nodes.find((each) => each.key === key);
      if (!node)
        program.error(`error: the run has no node ${key}; it has ${run.nodes.map((each) => each.key).join(', ')}`);
      print(io, common, node, () => drawNode(node, io));
    });
}

function drawRun(run: RunView, { paint }: Io): string[] {
  const facts = [
    ['run', run.id],
    ['workflow', `${run.workflow} v${run.version}${run.alias === undefined ? '' : ` by @${run.alias}`}`],
    [
      'status',
      `${statusPaint(paint, run.status)(run.status)}${run.ending ? `, will end ${run.ending} when it is undone` : ''}`,
    ],
    ['started', run.started_at ?? 'not yet'],
    ['finished', run.finished_at ?? 'not yet'],
    ...(run.error ? [['error', paint.bad(`${run.error.code} ${run.error.message}`)]] : []),
  ];
  const failed = run.nodes.filter(({ error }) => error !== null);
  const stuck = run.nodes.filter(
    ({ why, status, compensation }) =>
      why && (!['completed', 'skipped', 'pending'].includes(status) || (compensation && run.ending)),
  );
  return [
    ...table(facts.map(([name = '', value = '']) => [paint.dim(name), value])),
    '',
    ...gantt(run, paint),
    ...(failed.length > 0
      ? ['', ...failed.map(({ key, error }) => `${paint.bad(key)} ${error?.code} ${error?.message}`)]
      : []),
    ...(stuck.length > 0 ? ['', ...stuck.map(({ key, why }) => `${paint.busy(key)} ${why}`)] : []),
    ...(run.output === null ? [] : ['', JSON.stringify(run.output, null, 2)]),
  ];
}

function drawNode(node: NodeView, { paint }: Io): string[] {
  const state = statusPaint(paint, node.status)(node.status);
  return [
    `${paint.bold(node.key)} ${paint.dim(node.type)} ${state}, attempt ${node.attempt}`,
    ...(node.why ? [node.why] : []),
    ...(node.compensation ? [`compensation ${node.compensation.status}, attempt ${node.compensation.attempt}`] : []),
    ...(node.error ? [paint.bad(`${node.error.code} ${node.error.message}`)] : []),
    paint.dim('input'),
    JSON.stringify(node.input, null, 2),
    paint.dim('output'),
    JSON.stringify(node.output, null, 2),
  ];
}
