import { conditionReadsArtifact, evaluateCondition } from '../../../../../core/expr/index.js';
import { Fault } from '../../../../../core/fault.js';
import type { Evaluate } from './edges.js';

/** Loaded when a plan has conditions: the expression engine is large. What lies in an artifact, or takes too long, can't be told here. */
export const evaluate: Evaluate = ({ condition }, scope) => {
  if (conditionReadsArtifact(condition!, scope)) return undefined;
  try {
    return evaluateCondition(condition!, scope);
  } catch (err) {
    if (err instanceof Fault && err.code === 'EXPRESSION_LIMIT') return undefined;
    throw err;
  }
};
