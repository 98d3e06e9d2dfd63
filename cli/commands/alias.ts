import type { Command } from 'commander';
import type { Route } from '../../core/spec/routes.js';
import { CliError, EXIT } from '../exit.js';
import { allPages, type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { table } from '../paint.js';

interface Alias {
  alias: string;
  routes: Route[];
  revision: string;
  updated_by: string;
  updated_at: string;
}
interface AliasChange {
  from: Route[] | null;
  to: Route[] | null;
  by: string;
  at: string;
}
interface ChangeOptions extends CommonOptions {
  revision?: string;
}
const REVISION = ['--revision <revision>', 'only if this is still its revision'] as const;

export function alias(program: Command, io: Io): void {
  const group = program.command('alias').description('names that lead to versions: flow@stable, flow@canary');
  leaf(group, 'set <workflow@alias> <version...>', 'lead an alias to a version, or to several by weight')
    .option(...REVISION)
    .addHelpText('after', '\nExamples:\n  heddle alias set flow@stable 3\n  heddle alias set flow@canary 3=90 4=10')
    .action(async (name: string, versions: string[], { revision, ...common }: ChangeOptions) => {
      const body = { routes: routesOf(versions) };
      const set = await clientFor(common, io).put<Alias>(pathOf(name), body, condition(revision));
      print(io, common, set, () => [`${name} ${io.paint.dim('leads to')} ${words(set.routes)}`]);
    });
  leaf(group, 'list <workflow>', 'list the aliases of a workflow').action(
    async (name: string, common: CommonOptions) => {
      const items = await allPages<Alias>(clientFor(common, io), `/workflows/${encodeURIComponent(name)}/aliases`);
      print(io, common, items, () => drawList(name, items, io));
    },
  );
  leaf(group, 'history <workflow@alias>', 'who led an alias where, newest first').action(
    async (name: string, common: CommonOptions) => {
      const items = await allPages<AliasChange>(clientFor(common, io), `${pathOf(name)}/history`);
      print(io, common, items, () => drawHistory(items, io));
    },
  );
  leaf(group, 'remove <workflow@alias>', 'remove an alias; runs that came by it go on')
    .option(...REVISION)
    .action(async (name: string, { revision, ...common }: ChangeOptions) => {
      await clientFor(common, io).delete(pathOf(name), condition(revision));
      print(io, common, { removed: name }, () => [`removed ${name}`]);
    });
}

const condition = (revision: string | undefined): Record<string, string> =>
  revision === undefined ? {} : { 'if-match': `"${revision}"` };

function pathOf(name: string): string {
  const [workflow, of, ...more] = name.split('@');
  if (!workflow || !of || more.length > 0)
    throw new CliError(EXIT.invalid, `${name} names no alias: it reads workflow@alias`);
  return `/workflows/${encodeURIComponent(workflow)}/aliases/${encodeURIComponent(of)}`;
}

/** `3`, or `3=90 4=10`. */
function routesOf(versions: string[]): Route[] {
  const [only, ...others] = versions;
  if (others.length === 0 && /^\d+$/.test(only!)) return [{ version: Number(only), weight: 100 }];
  return versions.map((text) => {
    const [, version, weight] = /^(\d+)=(\d+)$/.exec(text) ?? [];
    if (version === undefined || weight === undefined)
      throw new CliError(EXIT.invalid, `${text} is neither a version alone nor version=weight`);
    return { version: Number(version), weight: Number(weight) };
  });
}

const words = (routes: Route[] | null): string =>
  routes === null
    ? 'nowhere'
    : routes.map(({ version, weight }) => `v${version}${weight === 100 ? '' : ` ${weight} %`}`).join(', ');

function drawList(name: string, items: Alias[], { paint }: Io): string[] {
  if (items.length === 0) return [`${name} has no aliases`];
  const rows = items.map((item) => [item.alias, words(item.routes), item.revision, item.updated_at, item.updated_by]);
  return table([['ALIAS', 'LEADS TO', 'REVISION', 'CHANGED', 'BY'].map(paint.dim), ...rows]);
}

function drawHistory(items: AliasChange[], { paint }: Io): string[] {
  const rows = items.map(({ at, by, from, to }) => [at, by, words(from), words(to)]);
  return table([['CHANGED', 'BY', 'FROM', 'TO'].map(paint.dim), ...rows]);
}
