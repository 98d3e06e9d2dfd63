import type { Command } from 'commander';
import type { Client } from '../client.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { readSpec, submit } from '../spec-file.js';

export interface Applied {
  id: string;
  name: string;
  version: number;
}

export function apply(program: Command, io: Io): void {
  leaf(program, 'apply <file...>', 'store specs; a changed spec becomes the next version of its workflow')
    .addHelpText('after', '\nExample:\n  heddle apply workflows/*.yaml')
    .action(async (names: string[], options: CommonOptions) => {
      const client = clientFor(options, io);
      const applied: Applied[] = [];
      for (const name of names) applied.push(await applyFile(client, name, options, io));
      print(io, options, names.length === 1 ? applied[0] : applied, () =>
        applied.map(({ name, version, id }) => `${name} ${io.paint.dim(`version ${version}  ${id}`)}`),
      );
    });
}

export async function applyFile(client: Client, name: string, options: CommonOptions, io: Io): Promise<Applied> {
  const file = readSpec(name, io);
  return await submit(() => client.postSpec<Applied>('/workflows', file.text, name), file, options, io);
}
