import type { Command } from 'commander';
import type { NodeDiff, RunDiff, RunSide } from '../../core/events/run-diff.js';
import type { EdgeName, PlanDiff } from '../../core/spec/diff.js';
import { drawChanges } from '../changes.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { duration, type Paint, statusPaint, table } from '../paint.js';

interface Version {
  name: string;
  version: number;
}
type VersionDiff = PlanDiff & { from: Version; to: Version; same: boolean };

export function diff(program: Command, io: Io): void {
  leaf(program, 'diff <from> <to>', 'compare two versions of workflows by structure, or two runs')
    .addHelpText(
      'after',
      '\nExamples:\n  heddle diff flow@1 flow\n  heddle diff flow@stable flow@2\n  heddle diff run_0199… run_019a…',
    )
    .action(async (from: string, to: string, common: CommonOptions) => {
      const kind = isRun(from) && isRun(to) ? 'workflow_runs' : 'workflows';
      const path = `/${kind}/${encodeURIComponent(from)}/diff/${encodeURIComponent(to)}`;
      const found = await clientFor(common, io).get<VersionDiff | RunDiff>(path);
      print(io, common, found, () => ('run' in found ? drawRuns(found, io) : drawVersions(found, io)));
    });
}

/** As newId makes them, with the keys of nodes after the id of a child run. */
const isRun = (text: string): boolean => /^run_[0-9a-f]{32}(\.|$)/.test(text);

function drawVersions({ from, to, same, workflow, nodes, edges }: VersionDiff, { paint }: Io): string[] {
  const title = `${paint.bold(`${from.name} v${from.version}`)} ${paint.dim('→')} ${paint.bold(`${to.name} v${to.version}`)}`;
  if (same) return [title, 'the same by structure'];
  const section = (name: string, lines: string[]) => (lines.length === 0 ? [] : ['', paint.dim(name), ...lines]);
  return [
    title,
    ...section('workflow', drawChanges(workflow, paint, '  ')),
    ...section('nodes', [
      ...nodes.removed.map(({ key, type }) => `${paint.bad(`  - ${key}`)} ${paint.dim(type)}`),
      ...nodes.added.map(({ key, type }) => `${paint.good(`  + ${key}`)} ${paint.dim(type)}`),
      ...nodes.renamed.flatMap((each) => [
        `  ${paint.busy('»')} ${each.from} ${paint.dim('→')} ${each.to}`,
        ...drawChanges(each.changes, paint),
      ]),
      ...nodes.changed.flatMap(({ key, changes }) => [`  ${paint.busy('~')} ${key}`, ...drawChanges(changes, paint)]),
    ]),
    ...section('edges', [
      ...edges.removed.map((edge) => paint.bad(`  - ${way(edge)}`)),
      ...edges.added.map((edge) => paint.good(`  + ${way(edge)}`)),
      ...edges.changed.flatMap(({ changes, ...edge }) => [
        `  ${paint.busy('~')} ${way(edge)}`,
        ...drawChanges(changes, paint),
      ]),
    ]),
  ];
}

const way = ({ from, to, on }: EdgeName): string => `${from} → ${to}${on === 'success' ? '' : ` on ${on}`}`;

function drawRuns({ from, to, same, run, nodes }: RunDiff, { paint }: Io): string[] {
  const differing = nodes.filter((node) => node.changes.length > 0 || node.more > 0 || !node.from || !node.to);
  const alike = nodes.length - differing.length;
  return [
    ...table([runRow('-', from, paint), runRow('+', to, paint)]),
    ...[from, to].flatMap(({ id, forked_from: of }) =>
      of ? [paint.dim(`  ${id} is a fork of ${of.run_id} from ${of.node_key} on`)] : [],
    ),
    ...(same ? ['', 'the same but for times'] : []),
    ...(run.changes.length > 0 ? ['', paint.dim('run'), ...drawAll(run, paint)] : []),
    ...(differing.length > 0 ? ['', paint.dim('nodes')] : []),
    ...differing.flatMap((node) => [nodeLine(node, paint), ...drawAll(node, paint)]),
    ...(alike > 0 && differing.length > 0 ? ['', paint.dim(`${alike} of ${nodes.length} nodes are alike`)] : []),
  ];
}

const drawAll = ({ changes, more }: Pick<NodeDiff, 'changes' | 'more'>, paint: Paint): string[] => [
  ...drawChanges(changes, paint),
  ...(more > 0 ? [paint.dim(`    and ${more} places more`)] : []),
];

const time = (ms: number | null): string => (ms === null ? '…' : duration(ms));

function runRow(mark: string, side: RunSide, paint: Paint): string[] {
  const version = `${side.workflow} v${side.version}${side.alias === undefined ? '' : ` by @${side.alias}`}`;
  return [mark, side.id, version, statusPaint(paint, side.status)(side.status), time(side.duration_ms)];
}

function nodeLine({ key, from, to }: NodeDiff, paint: Paint): string {
  if (!from || !to) {
    const [side, mark, colour] = from ? [from, '-', paint.bad] : [to!, '+', paint.good];
    return `${colour(`  ${mark} ${key}`)} ${paint.dim(side.type)} ${side.status} ${time(side.duration_ms)}`;
  }
  return `  ${paint.busy('~')} ${key} ${paint.dim(`${time(from.duration_ms)} → ${time(to.duration_ms)}`)}`;
}
