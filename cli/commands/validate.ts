import type { Command } from 'commander';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';
import { readSpec, submit } from '../spec-file.js';

export function validate(program: Command, io: Io): void {
  leaf(program, 'validate <file>', 'check a spec; every problem at once, nothing is stored')
    .addHelpText('after', '\nExample:\n  heddle validate flow.yaml')
    .action(async (name: string, options: CommonOptions) => {
      const client = clientFor(options, io);
      const file = readSpec(name, io);
      const result = await submit(
        () => client.postSpec<object>('/workflows/validate', file.text, name),
        file,
        options,
        io,
      );
      print(io, options, result, () => [`${io.paint.good('valid')} ${name}`]);
    });
}
