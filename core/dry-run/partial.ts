import { evaluateTemplate, nodeReads, pathsRead } from '../expr/index.js';
import type { Scope } from '../expr/scope.js';
import { escapeStep, piecesOf } from '../expr/template.js';
import { isObject, type Json } from '../json.js';

/** A template with what is known put in. Strings that read something unknown stay as they are written. */
export interface PartlyBound {
  value: Json;
  /** RFC 6901 pointers of the strings that are left, with what each waits for: `nodes.load`, `run.id`, `item`. */
  unknown: { pointer: string; reads: string[] }[];
}

/** What of a run is known before it begins: the rest of `run` is made when it is accepted. */
const KNOWN_OF_RUN = new Set(['workflow', 'version', 'starter', 'metadata']);

/** Throws EXPRESSION_FAILED when what is known has no value. `scope.nodes` holds the nodes that are known, and no others. */
export function bindPartly(template: Json, scope: Scope): PartlyBound {
  const unknown: PartlyBound['unknown'] = [];
  const fill = (part: Json, pointer: string): Json => {
    if (typeof part === 'string') {
      if (!piecesOf(part)) return part;
      const reads = missingIn(part, scope);
      if (reads.length === 0) return evaluateTemplate(part, scope);
      unknown.push({ pointer, reads });
      return part;
    }
    if (Array.isArray(part)) return part.map((each, index) => fill(each, `${pointer}/${index}`));
    if (!isObject(part)) return part;
    return Object.fromEntries(
      Object.entries(part).map(([name, each]) => [name, fill(each, `${pointer}/${escapeStep(name)}`)]),
    );
  };
  return { value: fill(template, ''), unknown };
}

/** What the template reads and is not known. */
export function missingIn(template: Json, scope: Scope): string[] {
  const known = new Set(Object.keys(scope.nodes));
  const nodes = nodeReads(template).filter((key) => !known.has(key));
  const others = pathsRead(template).flatMap(([root, field]) => {
    if (root === 'item' || root === 'index') return [root];
    if (root === 'run' && (field === undefined || !KNOWN_OF_RUN.has(field)))
      return [`run${field === undefined ? '' : `.${field}`}`];
    return root === 'nodes' && field === undefined ? ['nodes'] : [];
  });
  return [...new Set([...nodes.map((key) => `nodes.${key}`), ...others])];
}
