import { act, renderHook } from '@testing-library/react';
import { isGatewayRefusal, tellReached, useReached, wasGivenUp } from './reach.js';

test.each([
  [502, undefined, true],
  [503, '<html>', true],
  [503, { code: 'UNAVAILABLE', detail: 'the database is away' }, false],
  [500, undefined, false],
  [404, undefined, false],
])('%d with %j comes from a proxy: %s', (status, body, is) => expect(isGatewayRefusal(status, body)).toBe(is));

test('a question that was given up says nothing of the server', () => {
  expect(wasGivenUp(new DOMException('left', 'AbortError'))).toBe(true);
  expect(wasGivenUp(new TypeError('fetch failed'))).toBe(false);
});

test('every screen hears of it', () => {
  const { result } = renderHook(() => useReached());
  act(() => tellReached(false));
  expect(result.current).toBe(false);
  act(() => tellReached(true));
  expect(result.current).toBe(true);
});
