import { isObject, type Json, type JsonSchema } from '../json.js';
import { parseDuration } from '../spec/duration.js';
import type { Try } from './attempts.js';
import type { Attempt, Mock } from './document.js';
import { type NodePath, withoutItem } from './paths.js';
import { CaseProblem, type Schemas } from './problem.js';

/** What stands in for the work of nodes. The nearest counts: a case's own before the document's, an item's before its map's, `default` last. */
export class Mocks {
  private readonly given: readonly Readonly<Record<NodePath, Mock>>[];
  private readonly schemas: Schemas;

  constructor(given: readonly Readonly<Record<NodePath, Mock>>[], schemas: Schemas) {
    this.given = given;
    this.schemas = schemas;
  }

  find(path: NodePath): Mock | undefined {
    for (const name of [path, withoutItem(path), 'default'])
      for (const mocks of this.given) if (Object.hasOwn(mocks, name)) return mocks[name];
    return undefined;
  }

  /** As `find`, without the default: whether the case itself says something of the node. */
  names(path: NodePath): boolean {
    return this.given.some((mocks) => Object.hasOwn(mocks, path));
  }

  /** The node's attempts, by their number from 1; `given` is what `echo` puts out. Throws CaseProblem when nothing stands in for it. */
  triesOf(path: NodePath, given: Json, schema: JsonSchema | undefined): (attempt: number) => Try {
    const mock = this.find(path);
    if (mock === undefined)
      throw new CaseProblem(`nothing stands in for node ${path}: give it a mock, or give one as default`, path);
    if (mock === 'echo') {
      this.mustFit(path, given, schema);
      return () => ({ takes: 0, value: given });
    }
    if (mock === 'fail') return () => ({ takes: 0, error: SAYS_SO });
    const attempts = mock.attempts ?? [mock];
    return (number) => tryOf(attempts[Math.min(number, attempts.length) - 1]!);
  }

  /** What is written in a mock has been checked when it was read; what it echoes is known only now. */
  private mustFit(path: NodePath, value: Json, schema: JsonSchema | undefined): void {
    const [first] = schema ? this.schemas.check(schema, value) : [];
    if (first)
      throw new CaseProblem(
        `what echo puts out for node ${path} does not fit its output schema: ${first.pointer || 'it'} ${first.message}`,
        path,
      );
  }
}

/** What a node is given to work on: a function's input, an HTTP call's request, an agent's message. */
export function givenIn(config: Json): Json {
  if (!isObject(config)) return config;
  return config['request'] ?? config['message'] ?? config['input'] ?? null;
}

const SAYS_SO = { code: 'FUNCTION_ERROR', message: 'the case says so' };

function tryOf({ output, error, hangs, takes }: Attempt): Try {
  const ms = hangs ? Infinity : (parseDuration(takes ?? '0s') ?? 0);
  if (!error) return { takes: ms, value: output ?? null };
  const { code, message, details } = error;
  return { takes: ms, error: { code, message, ...(details === undefined ? {} : { details }) } };
}
