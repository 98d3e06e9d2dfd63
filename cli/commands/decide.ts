import { Argument, type Command } from 'commander';
import { readJson } from '../input.js';
import { type CommonOptions, clientFor, type Io, leaf, print } from '../io.js';

interface DecideOptions extends CommonOptions {
  comment?: string;
  evidence?: string;
  form?: string;
  for?: string;
  takeOver?: boolean;
}

export function decide(program: Command, io: Io): void {
  leaf(program, 'decide <run> <gate>', 'approve or deny what a gate asks')
    .addArgument(new Argument('<decision>', 'your decision').choices(['approve', 'deny']))
    .option('-c, --comment <text>', 'why')
    .option('-e, --evidence <hash>', 'of what you saw: `heddle gates` shows it; a gate with a policy asks for it')
    .option('-f, --form <json>', 'what the gate asks you to fill in: JSON, or @file')
    .option('--for <person>', 'in whose place you decide, who has delegated it to you')
    .option('--take-over', 'also if somebody else works on it')
    .addHelpText('after', '\nExample:\n  heddle decide 0199… sign_off approve -c "reads well"')
    .action(async (id: string, gate: string, decision: string, options: DecideOptions) => {
      const { comment, evidence, form, for: whose, takeOver, ...common } = options;
      const path = `/workflow_runs/${encodeURIComponent(id)}/nodes/${encodeURIComponent(gate)}/decision`;
      const body = {
        decision,
        ...(comment !== undefined && { comment }),
        ...(evidence !== undefined && { evidence }),
        ...(form !== undefined && { form: readJson(form, io.cwd) }),
        ...(whose !== undefined && { on_behalf_of: whose }),
        ...(takeOver && { take_over: true }),
      };
      const result = await clientFor(common, io).post<object>(path, body);
      print(io, common, result, () => [`${gate}: ${decision === 'approve' ? 'approved' : 'denied'}`]);
    });
}
