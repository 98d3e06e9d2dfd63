import type { z } from 'zod';
import type { Json, JsonSchema } from '../json.js';

/** What the value of a whole `${ … }` has to be, where its place says so. */
export type Expectation = 'bool' | 'list' | 'string' | 'duration' | 'time' | 'scalar';

/** Where an expression stands decides what it sees: a map's body also sees `item` and `index`. */
export interface TemplatePart {
  /** From the config's root, RFC 6901. */
  pointer: string;
  template: Json;
  scope: 'node' | 'item';
  /** By the pointer of a string in the template. */
  expects?: Readonly<Record<string, Expectation>>;
}

/** One type of node, as the compiler knows it: its config's schema, its templates and its output. */
export interface NodeDefinition<Config = unknown> {
  config: z.ZodType<Config>;
  /** The parts of a valid config that may hold expressions. */
  templates(config: Config): TemplatePart[];
  /** What expressions downstream may read, when the spec does not say itself. Empty: anything. */
  output(config: Config): JsonSchema;
  /** The config as the plan carries it. */
  plan(config: Config): Json;
  /** Attempts when the spec does not say: calls to the outside are tried again. */
  attempts: number;
  /** Time for one attempt when the spec does not say. */
  attempt_ms: number;
}

export const define = <Config>(definition: NodeDefinition<Config>): NodeDefinition<Config> => definition;
