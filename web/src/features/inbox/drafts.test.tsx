import '../../lib/testing/server.js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { become, type Me } from '../session/session.js';
import { dropDrafts } from '../../lib/kept-drafts.js';
import { useDraft } from './drafts.js';

const form = { properties: { centre: { type: 'string' }, pin: { type: 'string', format: 'password' } } };
const GATE = { run_id: 'run_1', node_key: 'pay', round: 0, form: form as never };
const meAs = (subject: string, org = 'org_a'): Me => ({
  ...{ subject, name: subject, org: { id: org, name: org }, orgs: [], roles: [], groups: [], actions: [] },
  session: null,
});

const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={client}>{children}</QueryClientProvider>
);
const look = () => renderHook(() => useDraft(GATE), { wrapper }).result;
/** The page is loaded anew, with a memory that has nothing. */
const draftOf = (who: Me) => {
  act(() => become(client, who));
  return look();
};
const ann = meAs('user:ann');
beforeEach(() => sessionStorage.clear());

test('what was typed is there when the same person comes back to the gate', () => {
  const first = draftOf(ann);
  act(() => first.current.change({ comment: 'not yet' }));
  expect(look().current.draft.comment).toBe('not yet');
});

test.each([
  ['another person', meAs('user:bob')],
  ['another org', meAs('user:ann', 'org_b')],
])('%s sees nothing of it', (_, other) => {
  const first = draftOf(ann);
  act(() => first.current.change({ comment: 'not yet' }));
  expect(draftOf(other).current.draft.comment).toBe('');
});

test('it is there when the page is loaded anew in the same tab, but for secrets', () => {
  const first = draftOf(ann);
  const say = { text: 'wait', key: 'k' };
  act(() => first.current.change({ comment: 'not yet', form: { centre: 'a', pin: '1234' }, say }));
  expect(first.current.draft.form).toEqual({ centre: 'a', pin: '1234' });
  expect(JSON.stringify(Object.entries(sessionStorage))).not.toContain('1234');
  expect(draftOf(ann).current.draft).toEqual({ comment: 'not yet', form: { centre: 'a' }, as: undefined, say });
});

test('once it was decided only what is still to be said is left, and nothing after signing out', () => {
  const first = draftOf(ann);
  const say = { text: 'wait', key: 'k' };
  act(() => first.current.change({ comment: 'not yet', form: { centre: 'a' }, say }));
  act(() => first.current.drop());
  expect(draftOf(ann).current.draft).toEqual({ comment: '', form: undefined, as: undefined, say });
  dropDrafts();
  expect(sessionStorage).toHaveLength(0);
  expect(draftOf(ann).current.draft.say.text).toBe('');
});
