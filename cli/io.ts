import type { Command } from 'commander';
import { type Client, createClient, type Page } from './client.js';
import { type Paint, paintFor } from './paint.js';
import { findTarget } from './target.js';

/** Where a command reads and writes. stdout carries data, stderr carries talk. */
export interface Io {
  out: (line: string) => void;
  say: (line: string) => void;
  /** For stdout and for stderr: one of them may be a pipe. */
  paint: Paint;
  sayPaint: Paint;
  env: NodeJS.ProcessEnv;
  cwd: string;
}

export const processIo = (): Io => ({
  out: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
  paint: paintFor(process.stdout.isTTY === true, process.env),
  sayPaint: paintFor(process.stderr.isTTY === true, process.env),
  env: process.env,
  cwd: process.cwd(),
});

export interface CommonOptions {
  api?: string;
  token?: string;
  json?: boolean;
}

/** A command with the options that all of them have. */
export function leaf(program: Command, usage: string, description: string): Command {
  return program
    .command(usage)
    .description(description)
    .option('--api <origin>', 'address of the API (HEDDLE_API)')
    .option('--token <token>', 'API key (HEDDLE_TOKEN)')
    .option('--json', 'print JSON for programs');
}

export const clientFor = (options: CommonOptions, io: Io): Client => createClient(findTarget(options, io.env, io.cwd));

/** All of a list, page by page. */
export async function allPages<T>(client: Client, path: string, query: Record<string, string> = {}): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await client.get(path, { cursor, ...query });
    items.push(...page.items);
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

/** Data for programs, or a drawing of it for people. */
export function print(io: Io, options: CommonOptions, data: unknown, draw: () => string[]): void {
  if (options.json) io.out(JSON.stringify(data, null, 2));
  else for (const line of draw()) io.out(line);
}
