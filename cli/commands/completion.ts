import { Argument, type Command } from 'commander';
import type { RunView } from '../../core/events/view.js';
import { createClient, type Page } from '../client.js';
import type { Io } from '../io.js';
import { findTarget } from '../target.js';

/** Shells ask `heddle __complete -- <words so far>` for candidates, so that names and ids are those of now. */
const SCRIPTS: Record<string, string> = {
  bash: `_heddle() {
  local IFS=$'\\n'
  COMPREPLY=($(compgen -W "$(heddle __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o default -F _heddle heddle`,
  zsh: `#compdef heddle
_heddle() {
  local -a candidates
  candidates=("\${(@f)$(heddle __complete -- "\${words[@]:1:$((CURRENT-1))}" 2>/dev/null)}")
  compadd -a candidates
  _files
}
compdef _heddle heddle`,
  fish: `complete -c heddle -a '(heddle __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'`,
};

/** A shell waits for the answer at every press of Tab. */
const LOOKUP_TIMEOUT_MS = 1_000;

export function completion(program: Command, io: Io): void {
  program
    .command('completion')
    .description('print a completion script: eval "$(heddle completion bash)"')
    .addArgument(new Argument('<shell>').choices(Object.keys(SCRIPTS)))
    .action((shell: string) => io.out(SCRIPTS[shell] ?? ''));

  program.command('__complete [words...]', { hidden: true }).action(async (words: string[]) => {
    for (const candidate of await candidates(program, words, io)) io.out(candidate);
  });
}

async function candidates(program: Command, words: string[], io: Io): Promise<string[]> {
  const typed = words.at(-1) ?? '';
  const [command, rest] = innermost(program, words);
  const all =
    command.commands.length > 0 ? command.commands.map((each) => each.name()) : await inside(command, rest, typed, io);
  return all.filter((candidate) => candidate.startsWith(typed) && !candidate.startsWith('__'));
}

/** The command that the words before the last lead to, and the words after its name. */
function innermost(command: Command, words: string[]): [Command, string[]] {
  const named = words.length > 1 ? command.commands.find((each) => each.name() === words[0]) : undefined;
  return named ? innermost(named, words.slice(1)) : [command, words];
}

async function inside(command: Command, words: string[], typed: string, io: Io): Promise<string[]> {
  if (typed.startsWith('-')) return command.options.flatMap(({ long }) => long ?? []);
  const given = words.slice(0, -1).filter((word) => !word.startsWith('-')).length;
  const argument = command.registeredArguments[given];
  if (argument?.argChoices) return argument.argChoices;
  if (argument?.name() === 'run') return await lookUp<RunView>('/workflow_runs', (run) => run.id, io);
  if (argument?.name() === 'schedule') return await lookUp<{ id: string }>('/schedules', (each) => each.id, io);
  if (argument?.name() === 'workflow') return await lookUp<{ name: string }>('/workflows', (each) => each.name, io);
  return [];
}

async function lookUp<T>(path: string, nameOf: (item: T) => string, io: Io): Promise<string[]> {
  try {
    const hasty: typeof fetch = (url, init) => fetch(url, { ...init, signal: AbortSignal.timeout(LOOKUP_TIMEOUT_MS) });
    const { items } = await createClient(findTarget({}, io.env, io.cwd), hasty).get<Page<T>>(path, { limit: '50' });
    return items.map(nameOf);
  } catch {
    // Without an API there is nothing to offer, and nobody to tell.
    return [];
  }
}
