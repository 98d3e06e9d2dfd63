import type { Command } from 'commander';
import type { Delegation } from '../../core/contract/delegations.js';
import { parseDuration } from '../../core/spec/duration.js';
import { CliError, EXIT } from '../exit.js';
import { collect } from '../input.js';
import { allPages, type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { table } from '../paint.js';

interface GiveOptions extends CommonOptions {
  until: string;
  from?: string;
  group: string[];
  workflow: string[];
  reason: string;
}

/** `heddle delegate …`: let somebody decide gates in your place for a while. */
export function delegate(program: Command, io: Io): void {
  const group = program.command('delegate').description('let somebody decide gates in your place: to, list, revoke');
  leaf(group, 'to <person>', 'let a person (user:bob) decide in your place')
    .requiredOption('-u, --until <time>', 'a time in RFC 3339, or a duration from now (14d)')
    .option('-f, --from <time>', 'from then on, instead of now')
    .option('-g, --group <group>', 'seats of this group alone; may be repeated', collect, [])
    .option('-w, --workflow <workflow>', 'in runs of this workflow alone; may be repeated', collect, [])
    .requiredOption('-r, --reason <text>', 'why; it is on record')
    .addHelpText('after', '\nExample:\n  heddle delegate to user:bob --until 14d -r "on holiday"')
    .action(async (to: string, { until, from, group: groups, workflow: workflows, reason, ...common }: GiveOptions) => {
      const body = {
        ...{ to, until: timeOf(until), reason, ...(from === undefined ? {} : { from: timeOf(from) }) },
        ...(groups.length > 0 && { groups }),
        ...(workflows.length > 0 && { workflows }),
      };
      const made = await clientFor(common, io).post<Delegation>('/delegations', body);
      print(io, common, made, () => [`${made.id}: ${made.to} decides for ${made.from_person} until ${made.until}`]);
    });
  leaf(group, 'list', 'what you have delegated, and what was delegated to you').action(
    async (common: CommonOptions) => {
      const items = await allPages<Delegation>(clientFor(common, io), '/delegations');
      print(io, common, items, () => draw(items, io));
    },
  );
  leaf(group, 'revoke <delegation>', 'end a delegation').action(async (id: string, common: CommonOptions) => {
    await clientFor(common, io).delete(`/delegations/${encodeURIComponent(id)}`);
    print(io, common, { id, revoked: true }, () => [`revoked ${id}`]);
  });
}

/** RFC 3339 of a time, or of a duration from now. */
function timeOf(given: string): string {
  const within = parseDuration(given);
  const at = within === undefined ? Date.parse(given) : Date.now() + within;
  if (Number.isNaN(new Date(at).getTime()))
    throw new CliError(EXIT.invalid, `${given} is neither a time nor a duration such as 14d`);
  return new Date(at).toISOString();
}

function draw(items: Delegation[], { paint }: Io): string[] {
  if (items.length === 0) return ['nothing is delegated'];
  const rows = items.map((each) => [
    ...[each.id, each.state.replace('_', ' '), each.from_person, each.to, each.from, each.until],
    ...[each.groups_only ? each.groups.join(', ') : 'all', each.workflows.join(', ') || 'all', each.reason],
  ]);
  return table([
    ['DELEGATION', 'STATE', 'OF', 'TO', 'FROM', 'UNTIL', 'SEATS', 'WORKFLOWS', 'WHY'].map(paint.dim),
    ...rows,
  ]);
}
