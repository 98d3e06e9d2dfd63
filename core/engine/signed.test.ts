import fc from 'fast-check';
import { createSecretKey } from 'node:crypto';
import { ActorKeys } from '../../adapters/signing/actor-keys.js';
import { planOf } from '../../tests/support/plans.js';
import { startOf } from '../../tests/support/walks.js';
import { canonical } from '../canonical.js';
import type { Act, Decision } from '../contract/work.js';
import type { Json } from '../json.js';
import { ACT_SIGNED_MS, DECISION_SIGNED_MS, SIGNED_AHEAD_MS } from '../limits.js';
import { carry } from './carry.js';
import type { Fact } from './facts.js';
import { refuseUnsignedAct } from './signed.js';
import { Walk } from './walk.js';

const key = (id: string, byte: number) => ({ id, secret: createSecretKey(Buffer.alloc(32, byte)) });
const keys = new ActorKeys([key('now', 1)]);
const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const RUN = 'run_1';

const plain: Decision = {
  ...{ node: 'g', decision: 'approve', actor: 'user:ann', roles: ['approver'], groups: ['finance'] },
  ...{ evidence: 'sha256:shown', form: { cost_centre: 'c-1', parts: [1, 2] }, comment: 'fine' },
  at: new Date(NOW).toISOString(),
};
const signed = (more: Partial<Decision> = {}, run = RUN, by = keys) => by.sign('decide', run, { ...plain, ...more });

function opened(config: object = {}, signers = keys.signers): Walk {
  const gate = (name: string) => ({ key: name, type: 'human_gate' as const, config: { title: 'Pay?', ...config } });
  const start = startOf(planOf([gate('g'), gate('h')], []));
  const walk = new Walk({ ...start, signers });
  walk.step([], NOW);
  walk.step(
    ['g', 'h'].map((name) => ({ is: 'completed', task: `${name}~open`, value: { evidence: 'sha256:shown' } })),
    NOW,
  );
  return walk;
}
const refused = (decision: Decision, now = NOW) => opened().refuse(decision, now);

test('what the API has signed is taken, and its signature is kept nowhere but in history', () => {
  const walk = opened();
  expect(walk.refuse(signed())).toBeUndefined();
  const { changes } = walk.step([{ is: 'decided', via: 'update', decision: signed() }], NOW + 1);
  expect(walk.nodes[0]).toMatchObject({ status: 'completed', output: { decided_by: 'user:ann' } });
  expect(JSON.stringify([changes, walk.nodes])).not.toContain('signatures');
});

test('without a signature, by Update or signal, nothing happens; the refusal says why', () => {
  expect(refused(plain)).toMatchObject({
    code: 'FORBIDDEN',
    message: 'a decision on this run is signed by the API, and this one is not: send it through the API',
  });
  const walk = opened();
  for (const via of ['update', 'signal'] as const) walk.step([{ is: 'decided', via, decision: plain }], NOW + 1);
  expect(walk.nodes[0]!.status).toBe('waiting');
});

test('a run without signers takes everybody’s word, as runs did before', () => {
  const old = new Walk(startOf(planOf([{ key: 'g', type: 'human_gate', config: { title: 'Pay?' } }], [])));
  old.step([], NOW);
  expect(old.refuse({ ...plain, evidence: undefined as never })).toBeUndefined();
});

test.each<[string, Decision]>([
  ['for another run', signed({}, 'run_2')],
  ['for another gate', { ...signed(), node: 'h' }],
  ['by another key', signed({}, RUN, new ActorKeys([key('now', 2)]))],
  ['by a key of another name', signed({}, RUN, new ActorKeys([key('other', 1)]))],
  ['as an act', keys.sign('act', RUN, plain)],
  ['with more in it', { ...signed(), on_behalf_of: 'user:bob' } as Decision],
  ['with something that is no signature', { ...plain, signatures: ['now:', 'now:AAAA', 'now', '', 'now:!'] }],
])('a decision signed %s is refused', (_how, decision) => {
  expect(refused(decision)?.code).toBe('FORBIDDEN');
});

test('a changed byte of any field, and of the signature, is refused', () => {
  const text = canonical(signed() as unknown as Json);
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.integer({ min: 1, max: 94 }), (at, by) => {
      const char = String.fromCharCode(((text.charCodeAt(at) - 32 + by) % 95) + 32);
      let changed: Decision;
      try {
        changed = JSON.parse(text.slice(0, at) + char + text.slice(at + 1)) as Decision;
      } catch {
        return; // no JSON any more
      }
      if (canonical(changed as unknown as Json) === text) return;
      const fault = refused(changed);
      expect(fault === undefined ? changed : fault.code).toMatch(/^(FORBIDDEN|REQUEST_INVALID|NOT_FOUND)$/);
    }),
    { numRuns: 400 },
  );
});

test('anything may come by signal, and nothing breaks', () => {
  const walk = opened();
  fc.assert(
    fc.property(fc.object({ key: fc.constantFrom(...Object.keys(signed())) }), (given) => {
      const decision = { node: 'g', ...given } as unknown as Decision;
      walk.step([{ is: 'decided', via: 'signal', decision }], NOW);
      expect(walk.nodes[0]!.status).toBe('waiting');
    }),
    { numRuns: 300 },
  );
});

test.each([
  ['a day old', -DECISION_SIGNED_MS, true],
  ['older than that', -DECISION_SIGNED_MS - 1, false],
  ['by a clock that is fast', SIGNED_AHEAD_MS, true],
  ['by one that is too fast', SIGNED_AHEAD_MS + 1, false],
])('a decision that is %s', (_age, ms, taken) => {
  const decision = signed({ at: new Date(NOW + ms).toISOString() });
  expect(refused(decision)?.code).toBe(taken ? undefined : 'FORBIDDEN');
});

test('a decision on a gate that has been asked anew since is not taken, and one on the new asking is', () => {
  const walk = opened();
  walk.nodes[0]!.round = 1;
  expect(walk.refuse(signed())).toMatchObject({ code: 'GATE_CLOSED', details: { asked: 1, decided: 0 } });
  expect(walk.refuse(signed({ round: 1 }))).toBeUndefined();
  expect(opened().refuse(signed({ round: 1 }))?.code).toBe('GATE_CLOSED');
});

test('while keys change, old runs and new ones take what is signed by both', () => {
  const both = new ActorKeys([key('new', 2), key('now', 1)]);
  const decision = signed({}, RUN, both);
  expect(decision.signatures).toHaveLength(2);
  expect(opened({}, keys.signers).refuse(decision)).toBeUndefined();
  expect(opened({}, new ActorKeys([key('new', 2)]).signers).refuse(decision)).toBeUndefined();
  expect(opened({}, new ActorKeys([], keys.signers).signers).refuse(decision)).toBeUndefined();
});

test('a gate may take unsigned signals, but no unsigned Update and no wrong signature', () => {
  const gate = () => opened({ unsigned_signals: true });
  expect(gate().refuse(plain, NOW, 'signal')).toBeUndefined();
  expect(gate().refuse(plain, NOW, 'update')?.code).toBe('FORBIDDEN');
  expect(gate().refuse({ ...signed(), comment: 'no' }, NOW, 'signal')?.code).toBe('FORBIDDEN');
});

describe('acts', () => {
  const pause: Act = { act: 'pause', actor: 'user:ann', reason: 'lunch', at: plain.at };
  const resume: Act = { act: 'resume', actor: 'user:ann', reason: 'back', at: plain.at };
  const sign = (act: Act, run = RUN) => keys.sign('act', run, act);
  const acted = (act: Act): Fact => ({ is: 'acted', act });

  test('are taken with a signature, and not without', () => {
    const walk = opened();
    walk.step([acted(pause)], NOW);
    expect(walk.paused).toBeUndefined();
    expect(refuseUnsignedAct(walk, pause, NOW)?.code).toBe('FORBIDDEN');
    expect(refuseUnsignedAct(walk, sign(pause, 'run_2'), NOW)?.code).toBe('FORBIDDEN');
    expect(refuseUnsignedAct(walk, { ...sign(pause), act: 'resume' } as Act, NOW)?.code).toBe('FORBIDDEN');
    expect(refuseUnsignedAct(walk, sign(pause), NOW + ACT_SIGNED_MS + 1)?.code).toBe('FORBIDDEN');
    const { changes } = walk.step([acted(sign(pause))], NOW);
    expect(walk.paused).toEqual({ by: 'user:ann', reason: 'lunch' });
    expect(changes).toContainEqual({ at: NOW, acted: pause });
  });

  test('count once, also after the run has continued as new', () => {
    const walk = opened();
    walk.step([acted(sign(pause))], NOW);
    walk.step([acted(sign(resume))], NOW);
    walk.step([acted(sign(pause))], NOW);
    expect(walk.paused).toBeUndefined();
    const next = new Walk({ ...walk.start, carried: structuredClone(carry(walk)) });
    expect(refuseUnsignedAct(next, sign(pause), NOW)?.code).toBe('RUN_STATE');
    expect(refuseUnsignedAct(next, sign({ ...pause, at: new Date(NOW + 1).toISOString() }), NOW)).toBeUndefined();
  });
});
