import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { Json } from '../../../core/json.js';
import type { Contender } from '../contender.js';
import type { Graph } from '../graphs.js';
import { FIRST, runReply, stateReply, WAIT_S } from './protocol.js';

interface Bounds {
  /** For an answer, beyond what was asked for as a wait. */
  answerMs: number;
  /** For a run to end. */
  runMs: number;
}
const PATIENT: Bounds = { answerMs: 30_000, runMs: 600_000 };

/**
 * An engine that is reached by HTTP alone: create, start, wait. Whatever it answers is checked, and every wait is bounded; an error names
 * the contender, the call, what was expected and what came.
 */
export function outside(name: string, url: string, { answerMs, runMs }: Bounds = PATIENT): Contender {
  /** Which graph a run is of: its output is judged by it. */
  const runs = new Map<string, Graph>();
  const call = async <S extends z.ZodType>(
    schema: S,
    method: 'GET' | 'POST',
    path: string,
    { body, ms = answerMs }: { body?: object; ms?: number } = {},
  ): Promise<z.infer<S>> => {
    const where = `contender ${name}: ${method} ${url}${path}`;
    const { status, ok, text } = await send(where, `${url}${path}`, { method, body, ms });
    if (!ok) throw new Error(`${where}: expected a status of 200 to 299, got ${status}: ${cut(text)}`);
    const parsed = schema.safeParse(jsonOr(text));
    if (parsed.success) return parsed.data;
    throw new Error(`${where}: ${z.prettifyError(parsed.error)}; expected ${formOf(schema)}, got ${cut(text)}`);
  };
  return {
    name,
    async create(graph) {
      await call(z.unknown(), 'POST', '/graphs', { body: { name: graph.name, ...graph.shape } });
    },
    async start(graph) {
      const { id } = await call(runReply, 'POST', '/runs', { body: { graph: graph.name } });
      runs.set(id, graph);
      return id;
    },
    async wait(id) {
      const path = `/runs/${encodeURIComponent(id)}?wait=${WAIT_S}s`;
      for (const until = Date.now() + runMs; ; ) {
        const state = await call(stateReply, 'GET', path, { ms: answerMs + WAIT_S * 1000 });
        if (state.status === 'completed')
          return right(runs.get(id)!, state.output, `contender ${name}: GET ${url}${path}`);
        if (state.status === 'failed')
          throw new Error(`contender ${name}: run ${id} failed: ${state.error ?? 'it does not say why'}`);
        if (Date.now() > until) throw new Error(`contender ${name}: run ${id} has not ended within ${runMs / 1000} s`);
      }
    },
    close: async () => undefined,
  };
}

async function send(
  where: string,
  url: string,
  { method, body, ms }: { method: string; body: object | undefined; ms: number },
): Promise<{ status: number; ok: boolean; text: string }> {
  try {
    const answer = await fetch(url, {
      method,
      signal: AbortSignal.timeout(ms),
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: answer.status, ok: answer.ok, text: await answer.text() };
  } catch (err) {
    const late = (err as Error).name === 'TimeoutError';
    const { cause } = err as { cause?: { code?: string } };
    throw new Error(
      `${where}: ${late ? `no answer within ${ms / 1000} s` : `not reached (${cause?.code ?? (err as Error).message})`}`,
      {
        cause: err,
      },
    );
  }
}

/** A contender that skips its steps would be the fastest of all. */
function right({ name, shape }: Graph, output: Json, where: string): Json {
  const told = shape.nodes.find(({ key }) => key === shape.output)!.does === 'clock';
  if (told ? typeof output === 'number' : isDeepStrictEqual(output, FIRST)) return output;
  const expected = told ? 'the time in milliseconds since 1970 as a number' : JSON.stringify(FIRST);
  throw new Error(`${where}: the output of ${name} is ${cut(JSON.stringify(output))}; expected ${expected}`);
}

const jsonOr = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the schema says that it is not what was expected
  }
};
const formOf = (schema: z.ZodType): string =>
  schema === runReply
    ? '{"id": "…"}'
    : '{"status": "running"}, {"status": "completed", "output": …} or {"status": "failed", "error": "…"}';
const cut = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)}…` : text);
