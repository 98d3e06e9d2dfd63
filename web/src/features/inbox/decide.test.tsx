import { jest } from '@jest/globals';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Problem } from '../../lib/api/problem.js';
import { type Me, meQuery } from '../session/session.js';
import type { GateActs } from './acts.js';
import { Decide } from './decide.js';
import { type DecisionBody, EMPTY_DRAFT } from './decision.js';
import type { GateDetail } from './gates.js';

const GATE = {
  ...{
    run_id: 'run_1',
    node_key: 'pay',
    workflow: 'payout',
    status: 'open',
    title: 'Pay?',
    show: null,
    role: 'approver',
  },
  ...{ round: 0, opened_at: '2026-03-10T12:00:00Z', due_at: null, evidence: 'sha256:1', form: null, votes: null },
  ...{ waits_for: null, decision: null, closed_at: null, claim: null, missing: [], quorum: [], exclude: [] },
  ...{ addressees: [], deadline: null, comments: [], you: { assigned: true, on_behalf_of: [] } },
  run: { id: 'run_1', workflow: 'payout', version: 1, starter: 'user:starter', href: '/' },
} as GateDetail;

const ME = {
  ...{ subject: 'user:ann', name: 'ann', org: { id: 'o', name: 'o' }, orgs: [], roles: ['approver'], groups: [] },
  ...{ actions: ['read', 'gates:decide'], session: null },
};

function draw(
  gate: Partial<GateDetail> = {},
  { stale = false, actions = ME.actions, refusal }: { stale?: boolean; actions?: string[]; refusal?: Problem } = {},
) {
  const sent: DecisionBody[] = [];
  const decide = jest.fn((body: DecisionBody) => {
    sent.push(body);
    return refusal ? Promise.reject(refusal) : Promise.resolve({});
  });
  const acting = (mutateAsync: unknown) => ({ mutateAsync, isPending: false, error: null, reset: () => undefined });
  const acts = { decide: acting(decide), claim: acting(jest.fn()), release: acting(jest.fn()) } as unknown as GateActs;
  const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
  const me: Me = { ...ME, actions };
  client.setQueryData(meQuery.queryKey, me);
  const onDecided = jest.fn();
  const known = { starter: gate.run?.starter ?? 'user:starter', author: undefined, earlier: [] };
  const draft = { ...EMPTY_DRAFT, comment: 'fine' };
  render(
    <QueryClientProvider client={client}>
      <Decide {...{ gate: { ...GATE, ...gate }, acts, known, draft, stale, onDecided }} change={() => undefined} />
    </QueryClientProvider>,
  );
  return { sent, onDecided };
}

test('a key asks first, says that it can’t be taken back, and Enter decides about what was shown', async () => {
  const { sent, onDecided } = draw();
  await userEvent.keyboard('a');
  expect(screen.getByRole('dialog').textContent).toContain('This can’t be taken back');
  expect(sent).toEqual([]);
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(onDecided).toHaveBeenCalledWith('approve'));
  expect(sent).toEqual([{ decision: 'approve', comment: 'fine', evidence: 'sha256:1', take_over: false }]);
});

test('pressed twice before it is drawn as busy, it decides once', async () => {
  const { sent, onDecided } = draw();
  await userEvent.keyboard('a');
  const button = within(screen.getByRole('dialog')).getByRole('button', { name: 'Approve' });
  act(() => {
    button.click();
    button.click();
  });
  await waitFor(() => expect(onDecided).toHaveBeenCalled());
  expect(sent).toHaveLength(1);
});

test('a key that is typed into the comment decides nothing', async () => {
  draw();
  await userEvent.type(screen.getByRole('textbox'), 'add');
  expect(screen.queryByRole('dialog')).toBeNull();
});

test('what somebody else works on is decided only when that is said', async () => {
  const claim = { holder: 'user:bob', claimed_at: '2026-03-10T12:00:00Z', expires_at: '2999-01-01T00:00:00Z' };
  const { sent } = draw({ claim });
  await userEvent.keyboard('d');
  const deny = () => screen.getAllByRole<HTMLButtonElement>('button', { name: 'Deny' }).at(-1)!;
  expect(deny().disabled).toBe(true);
  await userEvent.click(screen.getByRole('checkbox', { name: /^bob works on it/ }));
  await userEvent.click(deny());
  expect(sent).toMatchObject([{ decision: 'deny', take_over: true }]);
});

test('an approval waits for its form, a denial does not', async () => {
  const form = { type: 'object', required: ['cost_centre'], properties: { cost_centre: { type: 'string' } } };
  draw({ form: form as never });
  await userEvent.keyboard('a');
  expect(screen.queryByRole('dialog')).toBeNull();
  expect(screen.getByRole('alert').textContent).toContain('The form is not complete');
  await userEvent.click(screen.getByRole('button', { name: /Deny/ }));
  expect(screen.getByRole('dialog')).toBeTruthy();
});

test.each<[string, Partial<GateDetail>, Parameters<typeof draw>[1], RegExp]>([
  ['the role decides nothing', {}, { actions: ['read'] }, /Your role decides no gates/],
  ['it is for others', { you: { assigned: false, on_behalf_of: [] } }, {}, /is for others/],
])('where %s no decision is offered, and it says so', (_, gate, more, why) => {
  draw(gate, more);
  expect(screen.getByText(why)).toBeTruthy();
  expect(screen.queryAllByRole('button')).toEqual([]);
});

test.each<[string, Partial<GateDetail>, Parameters<typeof draw>[1], RegExp]>([
  ['what it shows has changed', {}, { stale: true }, /Look at what the gate shows now/],
  [
    'the starter may not',
    { exclude: ['starter'], run: { ...GATE.run, starter: 'user:ann' } },
    {},
    /^ann started the run/,
  ],
])('nothing can be decided while %s, and it says so', (_, gate, more, why) => {
  draw(gate, more);
  expect(screen.getByText(why)).toBeTruthy();
  const disabled = (name: RegExp) => screen.getByRole<HTMLButtonElement>('button', { name }).disabled;
  expect([disabled(/Approve/), disabled(/Deny/)]).toEqual([true, true]);
});

test('when the evidence has changed meanwhile the dialog goes, and what is new is shown first', async () => {
  const refusal = new Problem({
    ...{ type: 'x', title: 'Changed', status: 409, detail: 'something else is shown', code: 'EVIDENCE_CHANGED' },
  });
  const { onDecided } = draw({}, { refusal });
  await userEvent.keyboard('a');
  await userEvent.keyboard('{Enter}');
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  expect(onDecided).not.toHaveBeenCalled();
});
