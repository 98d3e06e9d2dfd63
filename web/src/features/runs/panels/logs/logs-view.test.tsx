import { jest } from '@jest/globals';
import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useState } from 'react';
import type { LogLine } from '../../../../../../core/events/live.js';
import type { LogFilter } from './lines.js';
import { LogsView } from './logs-view.js';

// jsdom has no layout: what is drawn is what fits into this.
Object.defineProperty(Element.prototype, 'clientHeight', { value: 400 });
Object.defineProperty(Element.prototype, 'clientWidth', { value: 800 });
Element.prototype.scrollTo = () => undefined;

const lines = Array.from(
  { length: 5000 },
  (_, seq): LogLine => ({
    ...{ run_id: 'run_1', node_key: seq % 2 === 0 ? 'web' : 'each[1]', attempt: 1, seq, stream: 'stdout' },
    ...{ at: `2026-01-01T00:00:00.${String(seq % 1000).padStart(3, '0')}Z`, text: `\u001b[31mline\u001b[0m ${seq}` },
  }),
);

function Logs({ onDownload = () => undefined }: { onDownload?: () => void }) {
  const [filter, setFilter] = useState<LogFilter>({});
  return <LogsView {...{ lines, filter, onFilter: setFilter, onDownload }} nodes={['web', 'each']} live={false} />;
}

test('of many lines those that can be seen are drawn, in their colours', () => {
  render(<Logs />);
  const drawn = screen.getByRole('log').querySelectorAll('time');
  expect(drawn.length).toBeGreaterThan(10);
  expect(drawn.length).toBeLessThan(100);
  expect(screen.getAllByText('line').length).toBe(drawn.length);
});

test('search, node and stream leave what fits, and say how many', async () => {
  const user = userEvent.setup();
  render(<Logs />);
  await user.selectOptions(screen.getByRole('combobox', { name: 'Node' }), 'each');
  expect(screen.getByRole('status').textContent).toBe('2,500 of 5,000');
  await user.type(screen.getByRole('searchbox', { name: 'Search the logs' }), 'line 4999');
  expect(screen.getByRole('status').textContent).toBe('1 of 5,000');
  expect(screen.getByRole('log').querySelector('mark')).toBeTruthy();
  await user.selectOptions(screen.getByRole('combobox', { name: 'Stream' }), 'stderr');
  expect(screen.getByText('No line fits the filter.')).toBeTruthy();
});

test('all lines can be saved', async () => {
  const onDownload = jest.fn();
  render(<Logs onDownload={onDownload} />);
  await userEvent.setup().click(screen.getByRole('button', { name: 'Download all lines' }));
  expect(onDownload).toHaveBeenCalledTimes(1);
});
