import { type Command, InvalidArgumentError } from 'commander';
import { collect, readJson } from '../input.js';
import { clientFor, type Io, print } from '../io.js';
import { type Acting, acting, drawPreview, type Taken } from './repair.js';

interface TakenUp {
  id: string;
  redrive?: number;
  preview?: Taken['preview'];
}

/** A run that is over goes on: what failed runs again. */
export function redrive(program: Command, io: Io): void {
  acting(program, 'redrive <run>', 'run again what failed in a run that is over')
    .option('-n, --node <key>', 'of a run that completed: a failed node that is to run again; may come again', collect)
    .option('-i, --input <node=json>', 'instead of that node’s input: JSON, or @file; may come again', collect)
    .option('--fresh', 'all effects once more, under new keys')
    .action(async (run: string, options: Acting & { node?: string[]; input?: string[]; fresh?: boolean }) => {
      const { reason, preview, node: nodes, input, fresh, ...common } = options;
      const inputs = input && Object.fromEntries(input.map((each) => parted(each, io)));
      const json = { reason, ...(nodes && { nodes }), ...(inputs && { inputs }), ...(fresh && { fresh }) };
      const path = `/workflow_runs/${encodeURIComponent(run)}/redrive`;
      const taken = await clientFor(common, io).post<TakenUp>(path, { ...json, ...(preview && { preview }) });
      print(io, common, taken, () =>
        taken.preview ? drawPreview(taken.preview) : [`${taken.id} goes on: redrive ${taken.redrive}`],
      );
    });
}

/** Another run out of the past of one. */
export function fork(program: Command, io: Io): void {
  acting(program, 'fork <run> <node>', 'start a new run out of a run’s past, from a node on')
    .option('-i, --input <json>', 'instead of the node’s input: JSON, or @file')
    .option('-o, --output <json>', 'the node has this output, and does not run: JSON, or @file')
    .action(async (run: string, from: string, options: Acting & { input?: string; output?: string }) => {
      const { reason, preview, input, output, ...common } = options;
      const json = {
        ...{ reason, from },
        ...(input === undefined ? {} : { input: readJson(input, io.cwd) }),
        ...(output === undefined ? {} : { output: readJson(output, io.cwd) }),
      };
      const path = `/workflow_runs/${encodeURIComponent(run)}/fork`;
      const taken = await clientFor(common, io).post<TakenUp>(path, { ...json, ...(preview && { preview }) });
      print(io, common, taken, () => (taken.preview ? drawPreview(taken.preview) : [taken.id]));
    });
}

function parted(given: string, io: Io): [string, ReturnType<typeof readJson>] {
  const at = given.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`${given} is not node=json`);
  return [given.slice(0, at), readJson(given.slice(at + 1), io.cwd)];
}
