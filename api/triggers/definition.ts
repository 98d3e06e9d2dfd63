import { schemaProblem } from '../../adapters/json-schema/validate.js';
import { secretProblem } from '../../adapters/webhooks/secrets.js';
import {
  type Action,
  customaryDedupe,
  type GivenTrigger,
  type TriggerDefinition,
} from '../../core/contract/triggers.js';
import { weighs } from '../../core/engine/weigh.js';
import { Fault } from '../../core/fault.js';
import type { Json, JsonSchema } from '../../core/json.js';
import { MAX_TRIGGER_BYTES } from '../../core/limits.js';
import { templateProblems } from '../../core/triggers/template.js';
import type { ApiDeps } from '../deps.js';

interface Problem {
  code: string;
  pointer: string;
  message: string;
  suggestion?: string;
}

/** A trigger as it is kept. Throws REQUEST_INVALID with everything that is wrong with what was given, each with its place. */
export async function definitionOf(
  deps: Pick<ApiDeps, 'workflows'>,
  orgId: string,
  { secret, dedupe: given, schema, ...rest }: GivenTrigger & { secret?: string | undefined },
): Promise<TriggerDefinition> {
  const dedupe = given ?? customaryDedupe(rest.signature);
  const definition = { ...rest, ...(schema === undefined ? {} : { schema: schema as JsonSchema }) };
  const problems = [
    ...(dedupe ? [] : [wrong('/dedupe', 'senders of this scheme have no custom: say where a delivery’s id stands')]),
    ...schemaProblems(definition.schema),
    ...secretProblems(rest, secret),
    ...headerProblems(rest),
    ...(weighs(definition as unknown as Json, MAX_TRIGGER_BYTES)
      ? [wrong('', `a trigger may weigh ${MAX_TRIGGER_BYTES} bytes`)]
      : []),
    ...(await actionProblems(deps, orgId, definition)),
  ];
  if (!dedupe || problems.length > 0) throw refusal(problems);
  return { ...definition, dedupe };
}

const wrong = (pointer: string, message: string): Problem => ({ code: 'REQUEST_INVALID', pointer, message });

const refusal = (problems: Problem[]): Fault =>
  new Fault('REQUEST_INVALID', problems.map(({ pointer, message }) => `${pointer || 'it'}: ${message}`).join('; '), {
    details: { errors: problems.map((problem) => ({ ...problem })) },
  });

function schemaProblems(schema: JsonSchema | undefined): Problem[] {
  const message = schema && schemaProblem(schema);
  return message === undefined ? [] : [wrong('/schema', message)];
}

function secretProblems({ signature }: Pick<GivenTrigger, 'signature'>, secret: string | undefined): Problem[] {
  const message = secret === undefined ? undefined : secretProblem(signature.scheme, secret);
  return message === undefined ? [] : [wrong('/secret', message)];
}

/** No credential gets into a run's input. */
function headerProblems({ signature, headers }: Pick<GivenTrigger, 'signature' | 'headers'>): Problem[] {
  const kept = new Set(['authorization', 'cookie', ...(signature.scheme === 'token' ? [signature.header] : [])]);
  return headers.flatMap((name, index) =>
    kept.has(name) ? [wrong(`/headers/${index}`, `${name} carries credentials: no run may have it`)] : [],
  );
}

type Given = Omit<TriggerDefinition, 'dedupe'>;
type Check<K extends Action['kind']> = (
  deps: Pick<ApiDeps, 'workflows'>,
  orgId: string,
  given: Given & { action: Extract<Action, { kind: K }> },
) => Problem[] | Promise<Problem[]>;

/** What is wrong with each kind of action. It does not compile with one missing. */
const CHECKS: { [K in Action['kind']]: Check<K> } = {
  async start_run({ workflows }, orgId, given) {
    const { workflow, version, input } = given.action;
    const known = await workflows.find(orgId, workflow, { version });
    const which = version === undefined ? workflow : `${workflow} v${version}`;
    const unknown = known ? [] : [wrong('/action/workflow', `there is no workflow ${which}`)];
    return [...unknown, ...inTemplate(given, 'input', input)];
  },
  deliver_event: (_deps, _orgId, given) =>
    (['run', 'key', 'data'] as const).flatMap((field) => inTemplate(given, field, given.action[field])),
};

async function actionProblems(deps: Pick<ApiDeps, 'workflows'>, orgId: string, given: Given): Promise<Problem[]> {
  return (CHECKS[given.action.kind] as Check<Action['kind']>)(deps, orgId, given);
}

function inTemplate({ schema, headers }: Given, field: string, template: Json | undefined): Problem[] {
  if (template === undefined) return [];
  const about = { headers, ...(schema && schemaProblem(schema) === undefined ? { schema } : {}) };
  return templateProblems(template, about).map(({ pointer, ...said }) => ({
    ...said,
    pointer: `/action/${field}${pointer}`,
  }));
}
