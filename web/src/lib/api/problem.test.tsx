import { server } from '../testing/server.js';
import { render, screen } from '@testing-library/react';
import { ProblemPanel } from '../../ui/states.js';
import { signOut } from '../../features/session/session.js';

Object.assign(globalThis, { Response: class {} }); // jsdom has none, and the client looks whether an error is one
const { api, ok } = await import('./client.js');

const refused = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (err: unknown) => err,
  );
beforeEach(() => {
  server.answer = () => {
    throw new TypeError('Failed to fetch');
  };
});

test('what is read comes again by itself, and nothing else is promised', async () => {
  render(<ProblemPanel error={await refused(ok(api.GET('/api/v1/about')))} />);
  const told = screen.getByRole('alert').textContent;
  expect(told).toMatch(/can’t be reached.*read again by itself.*Saving or starting something is not/);
});

test.each([
  ['a save', () => ok(api.POST('/api/v1/workflows', { body: { spec: '' } as never }))],
  ['what the session asks for', signOut],
])('%s was not done, and is not tried again by itself', async (_, change) => {
  render(<ProblemPanel error={await refused(change())} />);
  const told = screen.getByRole('alert').textContent;
  expect(told).toMatch(/can’t be reached.*nothing was done.*not tried again by itself: try again/);
});
