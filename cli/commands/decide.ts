import { Argument, type Command } from 'commander';
import { readJson } from '../input.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';

interface DecideOptions extends CommonOptions {
  comment?: string;
  evidence?: string;
  form?: string;
}

export function decide(program: Command, io: Io): void {
  leaf(program, 'decide <run> <gate>', 'approve or deny what a gate asks')
    .addArgument(new Argument('<decision>', 'your decision').choices(['approve', 'deny']))
    .option('-c, --comment <text>', 'why')
    .option('-e, --evidence <hash>', 'of what you saw: `heddle gates` shows it; a gate with a policy asks for it')
    .option('-f, --form <json>', 'what the gate asks you to fill in: JSON, or @file')
    .addHelpText('after', '\nExample:\n  heddle decide 0199… sign_off approve -c "reads well"')
    .action(
      async (id: string, gate: string, decision: string, { comment, evidence, form, ...common }: DecideOptions) => {
        const path = `/workflow_runs/${encodeURIComponent(id)}/nodes/${encodeURIComponent(gate)}/decision`;
        const body = {
          decision,
          ...(comment !== undefined && { comment }),
          ...(evidence !== undefined && { evidence }),
          ...(form !== undefined && { form: readJson(form, io.cwd) }),
        };
        const result = await clientFor(common, io).post<object>(path, body);
        print(io, common, result, () => [`${gate}: ${decision === 'approve' ? 'approved' : 'denied'}`]);
      },
    );
}
