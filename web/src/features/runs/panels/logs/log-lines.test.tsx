import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import userEvent, { type UserEvent } from '@testing-library/user-event';
import { useState } from 'react';
import type { LogLine } from '../../../../../../core/events/live.js';
import type { LogFilter } from './lines.js';
import { LogsView } from './logs-view.js';

const [HEIGHT, ROW] = [400, 20];
/** jsdom has no layout: of what scrolls this is as much as a list needs. */
const tops = new WeakMap<Element, number>();
const heightOf = (element: Element) => Number.parseInt((element.firstElementChild as HTMLElement).style.height, 10);
Object.defineProperties(Element.prototype, {
  clientHeight: { value: HEIGHT },
  clientWidth: { value: 800 },
});
Object.defineProperty(HTMLElement.prototype, 'scrollHeight', {
  get(this: Element) {
    return this.getAttribute('role') === 'log' ? heightOf(this) : 0;
  },
});
Object.defineProperty(HTMLElement.prototype, 'scrollTop', {
  get(this: Element) {
    return Math.max(0, Math.min(tops.get(this) ?? 0, this.scrollHeight - HEIGHT));
  },
  set(this: Element, top: number) {
    tops.set(this, top);
  },
});
Object.defineProperty(HTMLElement.prototype, 'offsetHeight', {
  get(this: Element) {
    return this.closest('[data-wrap=true]') ? 3 * ROW : ROW;
  },
});
Element.prototype.scrollTo = function scrollTo(this: Element, to?: ScrollToOptions | number) {
  this.scrollTop = (to as ScrollToOptions).top ?? 0;
};

const line = (seq: number): LogLine => ({
  ...{ run_id: 'run_1', node_key: 'web', attempt: 1, seq, stream: seq % 2 === 0 ? 'stdout' : 'stderr' },
  ...{ at: new Date(seq * 1000).toISOString(), text: `line ${seq}.` },
});
const all = Array.from({ length: 1100 }, (_, seq) => line(seq));
const lines = (from: number, to: number) => all.slice(from, to);

function Logs({ shown, live = true }: { shown: LogLine[]; live?: boolean }) {
  const [filter, setFilter] = useState<LogFilter>({});
  return (
    <LogsView {...{ lines: shown, filter, onFilter: setFilter, live, onDownload: () => undefined }} nodes={['web']} />
  );
}

const list = () => screen.getByRole('log');
const top = () => list().scrollTop / ROW;
/** A browser tells of each place the list comes to. */
const told = () => fireEvent.scroll(list());
const scroll = (to: number) => {
  list().scrollTop = to * ROW;
  told();
};
const startOf = (row: Element) => Number(/translateY\((\d+)px\)/.exec(row.getAttribute('style') ?? '')![1]);
const topLine = () => {
  const rows = [...list().querySelectorAll('[data-index]')];
  return rows.findLast((row) => startOf(row) <= list().scrollTop)?.textContent;
};
const search = () => screen.getByRole('searchbox', { name: 'Search the logs' });
async function find(user: UserEvent, text: string): Promise<void> {
  await user.clear(search());
  if (screen.queryByRole('log')) told();
  if (text !== '') await user.type(search(), text);
  if (screen.queryByRole('log')) told();
}
const newest = () => screen.queryByRole('button', { name: /new/ });

test.each(['line 77.', 'no such line'])('the end is followed on after a search for "%s"', async (text) => {
  const user = userEvent.setup();
  const { rerender } = render(<Logs shown={lines(0, 1000)} />);
  told();
  expect(top()).toBe(980);
  await find(user, text);
  await find(user, '');
  expect(top()).toBe(980);
  expect(newest()).toBeNull();
  rerender(<Logs shown={lines(0, 1100)} />);
  told();
  expect(top()).toBe(1080);
});

test.each(['line 77.', 'no such line'])('who reads elsewhere is there again after a search for "%s"', async (text) => {
  const user = userEvent.setup();
  const { rerender } = render(<Logs shown={lines(0, 1000)} />);
  told();
  scroll(500);
  rerender(<Logs shown={lines(0, 1003)} />);
  expect(newest()!.textContent).toBe('3 new');
  await find(user, text);
  await find(user, '');
  expect(top()).toBe(500);
  expect(newest()!.textContent).toBe('3 new');
  await user.click(newest()!);
  expect(top()).toBe(983);
});

test('a line that was found is shown among its neighbours once the filter is gone', async () => {
  const user = userEvent.setup();
  render(<Logs shown={lines(0, 1000)} live={false} />);
  await user.selectOptions(screen.getByRole('combobox', { name: 'Stream' }), 'stderr');
  scroll(300);
  await user.selectOptions(screen.getByRole('combobox', { name: 'Stream' }), '');
  expect(top()).toBe(601);
});

test('earlier lines leave what is read where it is; who was at the end sees the last of them', () => {
  const { rerender } = render(<Logs shown={lines(500, 1000)} />);
  told();
  rerender(<Logs shown={lines(300, 1000)} />);
  told();
  expect(top()).toBe(180);
  scroll(50);
  rerender(<Logs shown={lines(0, 1000)} />);
  told();
  expect(top()).toBe(350);
});

test('the line at the top stays there when lines are wrapped, and when they are not any more', async () => {
  const user = userEvent.setup();
  const wrap = () => user.click(screen.getByRole('button', { name: 'Wrap long lines' }));
  render(<Logs shown={lines(0, 1000)} live={false} />);
  scroll(500);
  for (let turn = 0; turn < 4; turn++) {
    await wrap();
    await waitFor(() => {
      told();
      expect(topLine()).toMatch(/line 500\.$/);
    });
  }
});
