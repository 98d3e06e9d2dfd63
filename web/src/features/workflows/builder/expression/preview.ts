import type { NodeStatus } from '../../../../../../core/engine/outcome.js';
import { Fault } from '../../../../../../core/fault.js';
import {
  conditionReadsArtifact,
  evaluateExpression,
  evaluateTemplate,
  readsArtifact,
} from '../../../../../../core/expr/index.js';
import type { NodeScope, Scope } from '../../../../../../core/expr/scope.js';
import { isObject, type Json } from '../../../../../../core/json.js';
import type { NodeError } from '../../../../../../core/engine/outcome.js';
import type { Mode } from './check.js';

/** What of a run's view an expression may read. */
export interface PastRun {
  id: string;
  workflow: string;
  version: number;
  started_at: string | null;
  starter: string;
  metadata: Json;
  input: Json;
  nodes: readonly { key: string; status: NodeStatus; output: Json; error: NodeError | null }[];
}

export type Previewed =
  | { is: 'value'; value: Json }
  | { is: 'failed'; message: string }
  /** It looks into something that was too large to travel, and is not here. */
  | { is: 'artifact' };

export function scopeOfRun({ nodes, input, id, workflow, version, starter, metadata, started_at }: PastRun): Scope {
  const own = nodes.filter(({ key }) => !key.includes('['));
  const seen = own.map(({ key, status, output, error }): [string, NodeScope] => [key, { status, output, error }]);
  const run = { id, workflow, version, starter, metadata, started_at: started_at ?? '' };
  return { input, nodes: Object.fromEntries(seen), run };
}

/**
 * The text's value with a past run's data, by the evaluator that runs use, under its meter. `over`: of a map's body, what the map goes
 * over; the first item stands for each. Never throws for what is wrong with the text or its data.
 */
export function preview(text: string, mode: Mode, run: PastRun, over?: string): Previewed {
  try {
    const scope = over === undefined ? scopeOfRun(run) : withItem(scopeOfRun(run), over);
    if (mode === 'cel' ? conditionReadsArtifact(text, scope) : readsArtifact(text, scope)) return { is: 'artifact' };
    return { is: 'value', value: mode === 'cel' ? evaluateExpression(text, scope) : evaluateTemplate(text, scope) };
  } catch (err) {
    if (!(err instanceof Fault)) throw err;
    return { is: 'failed', message: failure(err) };
  }
}

function withItem(scope: Scope, over: string): Scope {
  const list = evaluateTemplate(over, scope);
  const [item] = Array.isArray(list) ? list : [];
  if (item === undefined) throw new Fault('EXPRESSION_FAILED', 'the list of this run has no item');
  return { ...scope, item, index: 0 };
}

/** The message begins with the expression, which stands above it. */
function failure({ message, details }: Fault): string {
  const expression = isObject(details) ? details['expression'] : undefined;
  const head = typeof expression === 'string' ? `${expression.trim()}: ` : '';
  return head !== '' && message.startsWith(head) ? message.slice(head.length) : message;
}
