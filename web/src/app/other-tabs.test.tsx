import { BroadcastChannel } from 'node:worker_threads';
import { type Asked, server } from '../lib/testing/server.js';
import { jest } from '@jest/globals';
import { QueryClient } from '@tanstack/react-query';
import { act, render, screen, waitFor } from '@testing-library/react';
import { become, type Me, meQuery } from '../features/session/session.js';
import { api, ok, onSignedOut } from '../lib/api/client.js';
import { speakerOfPerson } from '../lib/api/speaker.js';
import { Elsewhere, watchTabs } from './other-tabs.js';

/** Does not keep the tests from ending. */
class Channel extends BroadcastChannel {
  constructor(name: string) {
    super(name);
    this.unref();
  }
}
Object.assign(globalThis, { BroadcastChannel: Channel });

const meAs = (name: string, org = 'org_a'): Me => ({
  ...{ subject: `user:${name}`, name, org: { id: org, name: org }, orgs: [], roles: [], groups: [], actions: [] },
  session: null,
});
const ANN = meAs('ann');
/** For whom the session speaks, as the server knows it. */
let session: Me | undefined;

function answer({ path, headers }: Asked) {
  if (path === '/me') return session ? { body: session } : { status: 401 };
  if (session && headers['heddle-speaker'] !== speakerOfPerson(session))
    return { status: 409, body: { code: 'SPEAKER_CHANGED', title: 'No', detail: 'somebody else', status: 409 } };
  return { body: {} };
}

const client = new QueryClient();
const reload = jest.fn();
const other = new Channel('heddle.session');
let ends: (() => void)[];
beforeEach(() => {
  Object.assign(server, { answer, asked: [] });
  reload.mockClear();
  session = ANN;
  become(client, ANN);
  ends = [watchTabs(client, reload), onSignedOut(() => become(client, null))];
});
afterEach(() => {
  for (const end of ends) end();
});
afterAll(() => other.close());
const look = () => act(() => void window.dispatchEvent(new Event('focus')));
const shown = () => client.getQueryData(meQuery.queryKey);
/** Until the page has asked who it is, and has had the answer. */
const asked = async () => {
  await waitFor(() => expect(server.asked.map(({ path }) => path)).toContain('/me'));
  await act(() => new Promise((resolve) => setTimeout(resolve, 0)));
};

test.each([
  ['another person', meAs('bob')],
  ['another org', meAs('ann', 'org_b')],
])('a tab that is told of %s loads itself anew', async (_, now) => {
  session = now;
  other.postMessage({ speaker: speakerOfPerson(now) });
  await waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
});

test('what is told is not believed: the server is asked', async () => {
  other.postMessage({ speaker: 'user%3Abob org_a' });
  await asked();
  expect(reload).not.toHaveBeenCalled();
});

test('a tab that was told nothing finds it out when it is looked at', async () => {
  look();
  await asked();
  expect(reload).not.toHaveBeenCalled();
  session = meAs('bob');
  look();
  await waitFor(() => expect(reload).toHaveBeenCalledTimes(1));
});

test('a tab in whose session nobody is any more shows nobody, and its drafts are dropped', async () => {
  localStorage.setItem('heddle.draft.org_a.orders', '{}');
  session = undefined;
  other.postMessage({ speaker: null });
  await waitFor(() => expect(shown()).toBeNull());
  await waitFor(() => expect(localStorage).toHaveLength(0));
});

test('a sign-in here is told to the others, and is nothing new here', async () => {
  const told: unknown[] = [];
  other.onmessage = ({ data }) => told.push(data);
  session = meAs('bob');
  become(client, session);
  await waitFor(() => expect(told.at(-1)).toEqual({ speaker: 'user%3Abob org_a' }));
  look();
  await asked();
  expect(reload).not.toHaveBeenCalled();
});

test('each request says for whom it is; one that is refused for that says who is signed in, and the page is loaded anew by hand', async () => {
  render(<Elsewhere reload={reload} />);
  session = meAs('bob');
  await expect(ok(api.GET('/api/v1/gates/counts'))).rejects.toMatchObject({ code: 'SPEAKER_CHANGED' });
  expect(server.asked[0]!.headers).toMatchObject({ 'heddle-speaker': 'user%3Aann org_a' });
  await screen.findByRole('dialog', { name: 'You are signed in as bob in another tab' });
  expect(reload).not.toHaveBeenCalled();
  act(() => screen.getByRole('button', { name: 'Load the page anew' }).click());
  expect(reload).toHaveBeenCalledTimes(1);
});

test('who the page stands for does not change under it, whoever asks anew', async () => {
  session = meAs('bob');
  expect(await client.fetchQuery({ ...meQuery, staleTime: 0 })).toEqual(ANN);
});
