import { render, screen } from '@testing-library/react';
import { Problem } from '../../../../lib/api/problem.js';
import { ForeseenView } from './foreseen.js';
import { isBusy, Refusal } from './refusal.js';

const texts = () => document.body.textContent;

test('an effect that went out before is told from a new one, and what has no price says so', () => {
  render(
    <ForeseenView
      of={{
        begins: [{ node: 'pay', again: true }],
        effects: [
          { node: 'pay', key: 'run_1/pay/0', repeated: true },
          { node: 'mail', key: 'run_1/mail/1', repeated: false },
        ],
        ...{ taken_back: ['report'], settles: [], may_run: ['done'], ends: null, cost: null },
      }}
    />,
  );
  expect(texts()).toContain('pay (again)');
  expect(texts()).toMatch(/payunder a key that went out before/);
  expect(texts()).toMatch(/mailunder a new key/);
  expect(texts()).toContain('Taken back 1');
  expect(texts()).toContain('nothing has a price yet');
});

test('a large look ahead names some and counts the rest', () => {
  const stops = Array.from({ length: 40 }, (_, i) => `n${i}`);
  render(<ForeseenView of={{ stops, undoes: [{ node: 'pay', key: 'k', certain: false }] }} />);
  expect(texts()).toContain('Told to stop 40');
  expect(texts()).toContain('and 28 more');
  expect(texts()).toContain('pay (if it completes)');
});

const refused = (details: unknown) =>
  new Problem({
    ...{ type: 'x', title: 'No', status: 409, detail: 'it touches what has started' },
    code: 'RUN_STATE',
    details,
  });

test('every place that an amendment may not touch is listed', () => {
  const problems = [
    { at: 'web', message: 'is completed and can’t be changed' },
    { at: null, message: 'its timeout is running already' },
  ];
  render(<Refusal error={refused({ problems })} />);
  expect(screen.getAllByRole('listitem').map(({ textContent }) => textContent)).toEqual([
    'web is completed and can’t be changed',
    'the run its timeout is running already',
  ]);
});

test('that quick nodes are at work is no refusal but a moment to wait', () => {
  render(<Refusal error={refused({ busy: true })} />);
  expect(screen.queryByRole('alert')).toBeNull();
  expect(isBusy(refused({ status: 'held' }))).toBe(false);
});
