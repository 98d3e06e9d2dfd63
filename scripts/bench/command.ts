import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { homeDir } from '../dev/state.js';

interface Command<R extends { at: string }> {
  /** Begins the names of its folder and files. */
  name: string;
  usage: string;
  options: { json?: string | undefined; keep: boolean; compare: boolean; help: boolean };
  positionals: string[];
  /** Measures with its data in a folder of its own; `stopped` rejects when the person who waits has had enough. */
  measure: (wish: { folder: string; stopped: Promise<never>; say: (line: string) => void }) => Promise<R>;
  printed: (report: R) => string;
  compared: (a: R, b: R) => string;
}

/** What all measuring commands do: measure, print a table and write JSON; or tell two such files apart. Ends the process. */
export async function measuringCommand<R extends { at: string }>(command: Command<R>): Promise<void> {
  const { usage, options, positionals, compared } = command;
  const read = async (file: string): Promise<R> => JSON.parse(await readFile(file, 'utf8')) as R;
  if (options.help) console.log(usage);
  else if (!options.compare) await measured(command);
  else if (positionals.length === 2) console.log(compared(await read(positionals[0]!), await read(positionals[1]!)));
  else {
    console.error(usage);
    process.exitCode = 2;
  }
  process.exit();
}

async function measured<R extends { at: string }>({ name, options, measure, printed }: Command<R>): Promise<void> {
  const stopped = new Promise<never>((_resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => reject(new Error(`stopped by ${signal}`)));
  });
  const folder = await mkdtemp(path.join(tmpdir(), `heddle-${name}-`));
  try {
    const report = await measure({ folder, stopped, say: (line) => console.error(line) });
    const file = options.json ?? path.join(homeDir(), 'bench', `${name}-${report.at.replaceAll(':', '-')}.json`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`);
    console.log(`${printed(report)}\n\n${file}`);
  } finally {
    if (options.keep) console.error(`the servers' data and logs are in ${folder}`);
    else await rm(folder, { recursive: true, force: true });
  }
}
