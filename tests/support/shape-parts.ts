import type { Json } from '../../core/json.js';
import type { Plan } from '../../core/spec/plan.js';
import type { Stage } from './workflow.js';
import { until } from './workflow.js';

/** One run of each shape that the interpreter knows: recorded once per release, replayed for ever. */
export interface Shape {
  name: string;
  plan: Plan;
  input?: Json;
  /** It takes only decisions and acts that are signed. */
  signed?: boolean;
  /** What happens to the run from outside. */
  act?: (stage: Stage, runId: string) => Promise<void>;
}

export const retry = { max_attempts: 3, initial_interval_ms: 10, backoff: 2, max_interval_ms: 100, non_retryable: [] };
export const body = {
  type: 'transform',
  config: { value: '${ item }' },
  retry,
  timeout: { attempt_ms: 10_000, heartbeat_ms: 5_000 },
};
export const waiting = (stage: Stage, id: string) =>
  until(async () => (await stage.engine.view(await headerOf(stage, id))).status === 'waiting');
export const headerOf = async (stage: Stage, id: string) => stage.headers.get(id)!;
export const gate = { key: 'gate', type: 'human_gate' as const, config: { title: 'Go?', role: 'approver' } };
export const decision = { node: 'gate', actor: 'user:ann', roles: ['approver'], at: '2026-01-01T00:00:00.000Z' };

export const person = { actor: 'user:ann', reason: 'to see it work', at: '2026-01-01T00:00:00.000Z' };
export const reaches = (stage: Stage, id: string, status: string) =>
  until(async () => (await stage.engine.view(await headerOf(stage, id))).status === status);
export const quorum = {
  key: 'gate',
  type: 'human_gate' as const,
  config: {
    title: 'Go?',
    policy: {
      quorum: [
        { group: 'finance', count: 2 },
        { group: 'legal', count: 1 },
      ],
      exclude: ['starter'],
    },
  } as Json,
};
/** Refused until the evidence is written down. */
export const yes = (stage: Stage, id: string, who: string, group: string, more: { on_behalf_of?: string } = {}) =>
  stage.engine
    .decide(id, {
      ...{ ...decision, actor: `user:${who}`, groups: [group], evidence: 'sha256:shown', decision: 'approve' },
      ...more,
    })
    .catch((err: { code?: string }) => {
      if (err.code !== 'EVIDENCE_CHANGED') throw err;
      return false as const;
    });

/** An agent that asks twice (scripted.ts), and somebody who answers. */
export const asking = {
  agent: 'http://asking',
  message: 'paint',
  stream: false,
  poll_interval_ms: 1,
  questions: { role: 'approver' },
};
export const answered = (stage: Stage, id: string, round: number) =>
  until(() =>
    stage.engine.decide(id, { ...decision, decision: 'approve', round, form: { answer: `a${round}` } }).then(
      () => true,
      (err: { code?: string }) => {
        if (err.code !== 'GATE_CLOSED' && err.code !== 'NOT_FOUND') throw err;
        return false as const;
      },
    ),
  );

/** What a node of that shape puts out. */
export const LONG = 'x'.repeat(15_000);

export const hour = { type: 'wait' as const, config: { duration: '1h' } };
