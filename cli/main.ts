import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError } from 'commander';
import { alias } from './commands/alias.js';
import { apply } from './commands/apply.js';
import { cancel } from './commands/cancel.js';
import { completion } from './commands/completion.js';
import { decide } from './commands/decide.js';
import { delegate } from './commands/delegate.js';
import { diff } from './commands/diff.js';
import { gate } from './commands/gate.js';
import { event } from './commands/event.js';
import { effects } from './commands/effects.js';
import { gates } from './commands/gates.js';
import { limits } from './commands/limits.js';
import { logs } from './commands/logs.js';
import { repair } from './commands/repair.js';
import { fork, redrive } from './commands/take-up.js';
import { run } from './commands/run.js';
import { runs } from './commands/runs.js';
import { schedules } from './commands/schedules.js';
import { show } from './commands/show.js';
import { test } from './commands/test-specs.js';
import { validate } from './commands/validate.js';
import { why } from './commands/why.js';
import { ApiError, CliError, EXIT, type ExitCode } from './exit.js';
import { type Io, processIo } from './io.js';

const COMMANDS = [
  ...[validate, test, apply, alias, run, runs, show, why, effects, diff, logs, cancel, repair, redrive, fork],
  ...[gates, gate, decide, delegate, event, schedules, limits, completion],
];

export function buildProgram(io: Io): Command {
  const program = new Command('heddle')
    .description('Durable workflows of agents, tools and people.')
    .showHelpAfterError('(add --help for what is possible)')
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.say(text.trimEnd()) })
    .exitOverride();
  for (const add of COMMANDS) add(program, io);
  // Subcommands were made before exitOverride could be inherited by all of them.
  const settle = (command: Command): void => {
    command.exitOverride().copyInheritedSettings(program);
    command.commands.forEach(settle);
  };
  program.commands.forEach(settle);
  return program;
}

/** Runs one command line; the exit code says how it went. */
export async function main(args: string[], io: Io): Promise<ExitCode> {
  try {
    await buildProgram(io).parseAsync(args, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    return report(error, io);
  }
}

function report(error: unknown, io: Io): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.invalid;
  if (!(error instanceof CliError)) throw error;
  const { bad, dim } = io.sayPaint;
  const code = error instanceof ApiError && error.problem.code ? ` ${dim(`(${error.problem.code})`)}` : '';
  if (error.message) io.say(`${bad('error')} ${error.message}${code}`);
  if (error.hint) io.say(error.hint);
  return error.exit;
}

/** The process: what bin.mjs calls, and `tsx cli/main.ts`. */
export async function start(): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // `heddle runs | head` closes the pipe early; that is no mistake.
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
  process.exitCode = await main(process.argv.slice(2), processIo());
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) await start();
