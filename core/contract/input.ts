import { Fault, type FaultCode } from '../fault.js';
import type { Plan } from '../spec/plan.js';

type Problems = readonly { pointer: string; message: string }[];

/** A value does not fit its schema: a Fault with every problem. Pointers lead into what was sent, where the value stands at `at`. */
export const unfit = (code: FaultCode, message: string, at: string, problems: Problems): Fault =>
  new Fault(code, message, {
    details: { errors: problems.map((each) => ({ code, pointer: `${at}${each.pointer}`, message: each.message })) },
  });

/** A run's input does not fit its schema: INPUT_INVALID. */
export const inputFault = (plan: Plan, problems: Problems): Fault =>
  unfit('INPUT_INVALID', `the input does not fit the schema of workflow ${plan.name}`, '/input', problems);
