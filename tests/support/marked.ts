import { type CompileOptions, compile } from '../../core/spec/compile.js';
import type { Problem, ProblemCode } from '../../core/spec/problems.js';

/** A spec in which `«` marks the places that a test expects to be told of. */
export function marked(source: string): { text: string; places: { line: number; column: number }[] } {
  const parts = source.split('«');
  const places = parts.slice(0, -1).map((_, index) => {
    const before = parts.slice(0, index + 1).join('');
    return { line: before.split('\n').length, column: before.length - before.lastIndexOf('\n') };
  });
  return { text: parts.join(''), places };
}

export type Told = [code: ProblemCode, pointer: string, message: string, suggestion?: string];

export const problemsOf = (text: string, options: CompileOptions = {}): Problem[] => {
  const compiled = compile(text, options);
  return compiled.ok ? [] : compiled.problems;
};

/** The compiler tells just these problems, each at its mark, in order; a message is given by a part of it. */
export function expectTold(source: string, told: Told[], options: CompileOptions = {}): void {
  const { text, places } = marked(source);
  if (places.length !== told.length) throw new Error(`${places.length} marks for ${told.length} problems`);
  expect(problemsOf(text, options)).toEqual(
    told.map(([code, pointer, message, suggestion], index) => ({
      code,
      pointer,
      ...places[index],
      message: expect.stringContaining(message) as string,
      ...(suggestion === undefined ? {} : { suggestion }),
    })),
  );
}

/** Parts of small specs: three nodes, a spec of nodes and edges, one node with more fields, one tool call. */
export const A = '  - { key: a, type: transform, config: { value: 1 } }\n';
export const B = '  - { key: b, type: transform, config: { value: 1 } }\n';
export const C = '  - { key: c, type: transform, config: { value: 1 } }\n';
export const spec = (nodes: string, edges = ''): string =>
  `name: demo\nnodes:\n${nodes}${edges ? `edges:\n${edges}` : ''}`;
export const nodeWith = (more: string): string =>
  spec(`  - { key: a, type: transform, config: { value: 1 }, ${more} }\n`);
export const toolCall = (config: string): string =>
  spec(`  - { key: a, type: tool_call, config: { tool: ${config} } }\n`);
