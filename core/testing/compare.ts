import type { NodeView, RunView } from '../events/view.js';
import { isObject, type Json } from '../json.js';
import { escapeStep } from '../expr/template.js';
import type { Expectations } from './document.js';

/** One place where what was found is not what was expected. What is absent on one side has no such field. */
export interface Difference {
  /** Into the run: `/status`, `/output/title`, `/nodes/load/error/code`. */
  pointer: string;
  expected?: Json;
  found?: Json;
}

/** Differences that a report shows of one case. */
const SHOWN = 50;

type Outcome = Pick<RunView, 'status' | 'output' | 'error'>;

/** All that the case expects and was not found. */
export function differences(expected: Expectations, run: Outcome, nodes: readonly NodeView[]): Difference[] {
  const found = new Map(nodes.map((node) => [node.key, node]));
  const all = [...outcome(expected, run, '')];
  for (const [key, wanted] of Object.entries(expected.nodes)) {
    const at = `/nodes/${escapeStep(key)}`;
    const node = found.get(key);
    if (!node) all.push({ pointer: at, expected: wanted as unknown as Json });
    else all.push(...outcome(wanted, node, at));
  }
  return all.slice(0, SHOWN);
}

type Wanted = Pick<Expectations, 'output' | 'output_includes' | 'error'> & {
  status?: string | undefined;
  attempts?: number | undefined;
  undone?: boolean | undefined;
  input?: Json | undefined;
  input_includes?: Json | undefined;
};

function* outcome(
  wanted: Wanted,
  found: Outcome | NodeView | { status: string; output: Json; error: unknown },
  at: string,
): Generator<Difference> {
  const { status, output, error } = found as NodeView;
  if (wanted.status !== undefined) yield* diff(wanted.status, status, `${at}/status`);
  if ('output' in wanted) yield* diff(wanted.output!, output, `${at}/output`);
  if ('output_includes' in wanted) yield* diff(wanted.output_includes!, output, `${at}/output`, 'included');
  if (wanted.error) yield* diff(wanted.error as Json, error as unknown as Json, `${at}/error`, 'included');
  if (wanted.input !== undefined) yield* diff(wanted.input, (found as NodeView).input, `${at}/input`);
  if (wanted.input_includes !== undefined)
    yield* diff(wanted.input_includes, (found as NodeView).input, `${at}/input`, 'included');
  if (wanted.undone !== undefined)
    yield* diff(wanted.undone, (found as NodeView).compensation?.status === 'completed', `${at}/undone`);
  if (wanted.attempts !== undefined) yield* diff(wanted.attempts, (found as NodeView).attempt, `${at}/attempts`);
}

/** `included`: objects may have more fields than are expected. */
export function* diff(
  expected: Json,
  found: Json,
  at: string,
  how: 'equal' | 'included' = 'equal',
): Generator<Difference> {
  if (isObject(expected) && isObject(found)) {
    for (const [name, value] of Object.entries(expected)) {
      const pointer = `${at}/${escapeStep(name)}`;
      if (Object.hasOwn(found, name)) yield* diff(value, found[name]!, pointer, how);
      else yield { pointer, expected: value };
    }
    if (how === 'included') return;
    for (const [name, value] of Object.entries(found))
      if (!Object.hasOwn(expected, name)) yield { pointer: `${at}/${escapeStep(name)}`, found: value };
  } else if (Array.isArray(expected) && Array.isArray(found)) {
    for (let i = 0; i < Math.max(expected.length, found.length); i++) {
      const pointer = `${at}/${i}`;
      if (i >= found.length) yield { pointer, expected: expected[i]! };
      else if (i >= expected.length) yield { pointer, found: found[i]! };
      else yield* diff(expected[i]!, found[i]!, pointer, how);
    }
  } else if (expected !== found) yield { pointer: at, expected, found };
}
