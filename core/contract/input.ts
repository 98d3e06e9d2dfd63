import { Fault } from '../fault.js';
import type { Plan } from '../spec/plan.js';

/** A run's input does not fit its schema: INPUT_INVALID, with every problem. Pointers lead into the input. */
export const inputFault = (plan: Plan, problems: readonly { pointer: string; message: string }[]): Fault =>
  new Fault('INPUT_INVALID', `the input does not fit the schema of workflow ${plan.name}`, {
    details: {
      errors: problems.map(({ pointer, message }) => ({
        code: 'INPUT_INVALID',
        pointer: `/input${pointer}`,
        message,
      })),
    },
  });
