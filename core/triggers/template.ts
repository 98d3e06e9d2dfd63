import type { Delivery, TriggerDefinition } from '../contract/triggers.js';
import { ExpressionChecker, type Finding } from '../expr/check.js';
import { evaluateTemplate, Meter } from '../expr/index.js';
import { stringsOf } from '../expr/template.js';
import type { Json } from '../json.js';
import { MAX_DELIVERY_STEPS } from '../limits.js';

export type TemplateProblem = Pick<Finding, 'code' | 'message' | 'suggestion'> & { pointer: string };

/** What is wrong with a template over a delivery's `body` and `headers`, by their types. Pointers lead into the template. */
export function templateProblems(
  template: Json,
  { schema, headers }: Pick<TriggerDefinition, 'schema' | 'headers'>,
): TemplateProblem[] {
  const text = { type: 'string' };
  const checker = new ExpressionChecker({
    body: schema ?? {},
    headers: {
      ...{ type: 'object', additionalProperties: false },
      properties: Object.fromEntries(headers.map((name) => [name, text])),
    },
  });
  const problems: TemplateProblem[] = [];
  for (const { pieces, unclosed, pointer } of stringsOf(template)) {
    if (unclosed !== undefined)
      problems.push({ code: 'EXPRESSION_SYNTAX', message: 'the expression has no closing }', pointer });
    for (const piece of pieces) {
      if (typeof piece === 'string') continue;
      const { findings } = checker.check(piece.expression, { of: 'node' });
      problems.push(...findings.map(({ start: _start, ...said }) => ({ ...said, pointer })));
    }
  }
  return problems;
}

/** The input that a delivery makes. Throws EXPRESSION_FAILED and EXPRESSION_LIMIT. */
export const inputOf = (template: Json | undefined, { body, headers }: Delivery): Json =>
  template === undefined ? body : evaluateTemplate(template, { body, headers }, new Meter(MAX_DELIVERY_STEPS));
