import { jest } from '@jest/globals';
import { act, render, screen } from '@testing-library/react';
import { Time, Took } from './time.js';

const START = Date.parse('2026-03-10T12:00:00.300Z');
beforeEach(() => jest.useFakeTimers({ now: START + 7400 }));
afterEach(() => jest.useRealTimers());

/** `1 minute ago`, `1 m 05 s` → 1 minute. */
const inWords = (told: string): string => told.replace(/s? ago$/, '');
const inShort = (told: string): string =>
  told.replace(/^(\d+) m .*/, '$1 minute').replace(/^(\d+)(?:\.\d)? s$/, '$1 second');

test('how long ago it began and how long it has taken are the same age, each second', () => {
  const at = new Date(START).toISOString();
  const view = () => (
    <>
      <Time at={at} relative />
      <p>
        <Took from={at} to={null} />
      </p>
    </>
  );
  render(view());
  act(() => jest.advanceTimersByTime(3000));
  for (let s = 0; s < 150; s++) {
    act(() => jest.advanceTimersByTime(1000));
    const ago = screen.getByText(/ago$/).textContent;
    expect(inWords(ago)).toBe(inShort(screen.getByRole('paragraph').textContent));
  }
});
