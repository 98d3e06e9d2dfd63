import type { Command } from 'commander';
import type { LimitUseView, LimitView } from '../../core/contract/limits.js';
import { CliError, EXIT } from '../exit.js';
import { allPages, type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { type Paint, table } from '../paint.js';

interface SetOptions extends CommonOptions {
  concurrency?: string;
  rate?: string;
}
const pathOf = (name: string) => `/limits/${encodeURIComponent(name)}`;

/** `heddle limits …`: how much of something runs may do at once, or in a time. */
export function limits(program: Command, io: Io): void {
  const group = program.command('limits').description('what runs may do at once or in a time: list, set, show, delete');
  leaf(group, 'list', 'list limits, by name').action(async (options: CommonOptions) => {
    const items = await allPages<LimitView>(clientFor(options, io), '/limits', { limit: '100' });
    const rows = items.map((item) => [item.name, allows(item), item.updated_by]);
    const head = ['LIMIT', 'ALLOWS', 'SET BY'].map(io.paint.dim);
    print(io, options, items, () => (items.length === 0 ? ['no limits'] : table([head, ...rows])));
  });
  leaf(group, 'set <name>', 'say what a limit allows; runs that wait hear of it at once')
    .option('-c, --concurrency <n>', 'places at once')
    .option('-r, --rate <count/time>', 'places in any time of a length, such as 100/1m')
    .action(async (name: string, options: SetOptions) => {
      const set = await clientFor(options, io).put<LimitView>(pathOf(name), bodyOf(options));
      print(io, options, set, () => [`${set.name} allows ${allows(set)}`]);
    });
  leaf(group, 'show <name>', 'a limit, who holds its places and who waits').action(
    async (name: string, options: CommonOptions) => {
      const found = await clientFor(options, io).get<LimitView & { uses: LimitUseView[] }>(pathOf(name));
      print(io, options, found, () => [`${found.name} allows ${allows(found)}`, ...drawUses(found.uses, io.paint)]);
    },
  );
  leaf(group, 'delete <name>', 'remove a limit; what needs a place of it waits until there is one again').action(
    async (name: string, options: CommonOptions) => {
      await clientFor(options, io).delete(pathOf(name));
      print(io, options, { name, deleted: true }, () => [`deleted ${name}`]);
    },
  );
}

function allows({ concurrency, rate }: Pick<LimitView, 'concurrency' | 'rate'>): string {
  const parts = [
    ...(concurrency === undefined ? [] : [`${concurrency} at once`]),
    ...(rate === undefined ? [] : [`${rate.count} per ${rate.per}`]),
  ];
  return parts.join(', ');
}

/** As the API takes it. */
function bodyOf({ concurrency, rate }: SetOptions): object {
  const [, count, per] = /^(\d+)\/(\S+)$/.exec(rate ?? '') ?? [];
  if (rate !== undefined && count === undefined)
    throw new CliError(EXIT.invalid, `--rate ${rate} does not read like 100/1m`);
  return {
    ...(concurrency === undefined ? {} : { concurrency: Number(concurrency) }),
    ...(count === undefined ? {} : { rate: { count: Number(count), per } }),
  };
}

function drawUses(uses: LimitUseView[], paint: Paint): string[] {
  if (uses.length === 0) return ['nobody uses it now'];
  const rows = uses.flatMap(({ key, held, waiting }) => [
    ...held.map((place) => [key ?? '', 'holds', place.run, place.node ?? 'the run', place.since]),
    ...waiting.map((place, at) => [key ?? '', `waits (${at + 1})`, place.run, place.node ?? 'the run', place.since]),
  ]);
  return table([['KEY', 'STATE', 'RUN', 'NODE', 'SINCE'].map(paint.dim), ...rows]);
}
