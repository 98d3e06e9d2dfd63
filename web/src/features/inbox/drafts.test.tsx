import '../../lib/testing/server.js';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook } from '@testing-library/react';
import type { ReactNode } from 'react';
import { become, type Me } from '../session/session.js';
import { useDraft } from './drafts.js';

const GATE = { run_id: 'run_1', node_key: 'pay', round: 0 };
const meAs = (subject: string, org = 'org_a'): Me => ({
  ...{ subject, name: subject, org: { id: org, name: org }, orgs: [], roles: [], groups: [], actions: [] },
  session: null,
});

const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
const wrapper = ({ children }: { children: ReactNode }) => (
  <QueryClientProvider client={client}>{children}</QueryClientProvider>
);
const look = () => renderHook(() => useDraft(GATE), { wrapper }).result;
const draftOf = (who: Me) => {
  act(() => become(client, who));
  return look();
};
const ann = meAs('user:ann');

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
