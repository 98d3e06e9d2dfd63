import { isOwnLimit } from '../../core/contract/limits.js';
import { Fault } from '../../core/fault.js';
import type { Plan } from '../../core/spec/plan.js';
import { nearest } from '../../core/spec/problems.js';
import type { ApiDeps } from '../deps.js';

/** Limits that a run of the plan needs places of. */
function limitsOf({ nodes, run }: Plan): string[] {
  const all = [...(run.limit ? [run.limit] : []), ...nodes.flatMap(({ limits = [] }) => limits)];
  return [...new Set(all.map(({ name }) => name))].filter((name) => !isOwnLimit(name));
}

/** Throws LIMIT_UNKNOWN where the org has no limit that the plan names: such a run would wait for it. */
export async function checkLimits({ limits }: Pick<ApiDeps, 'limits'>, orgId: string, plan: Plan): Promise<void> {
  const named = limitsOf(plan);
  if (named.length === 0) return;
  const [first, ...others] = await limits.missing(orgId, named);
  if (first === undefined) return;
  const suggestion = nearest(first, await limits.names(orgId));
  const more = others.length === 0 ? '' : `, nor ${others.join(', ')}`;
  throw new Fault(
    'LIMIT_UNKNOWN',
    `the org has no limit ${first}${more}${suggestion === undefined ? '' : `; did you mean ${suggestion}?`}`,
    { details: { limits: [first, ...others] } },
  );
}
