import type { Json, JsonSchema } from '../json.js';
import type { NodePath } from './paths.js';

/** The case can't be carried out: it says nothing, or something impossible, of a node. */
export class CaseProblem extends Error {
  override readonly name = 'CaseProblem';
  readonly node: NodePath | undefined;

  constructor(message: string, node?: NodePath) {
    super(message);
    this.node = node;
  }
}

/** What does not fit a schema, with its RFC 6901 pointer into the value. */
export interface Misfit {
  pointer: string;
  message: string;
}

/** JSON Schema, handed in: core has no validator of its own. */
export interface Schemas {
  check(schema: JsonSchema, value: Json): Misfit[];
  /** A copy with the schema's defaults filled in, and what does not fit. */
  fill(schema: JsonSchema, value: Json): { value: Json; problems: Misfit[] };
}
