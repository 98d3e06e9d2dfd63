import { render, screen } from '@testing-library/react';
import { Problem } from '../lib/api/problem.js';
import { ProblemPanel } from './states.js';

test('a refusal tells each problem with its place, the nearest name and whom to name it to', () => {
  const errors = [
    {
      code: 'NODE_UNKNOWN',
      pointer: '/edges/0/from',
      line: 7,
      column: 11,
      message: 'there is no node wbe',
      suggestion: 'web',
    },
  ];
  const details = {
    type: 'x',
    title: 'The spec has errors',
    status: 422,
    detail: 'one problem',
    code: 'SPEC_INVALID',
    request_id: 'req_1',
    errors,
  };
  render(<ProblemPanel error={new Problem(details)} />);
  const alert = screen.getByRole('alert');
  expect(alert.textContent).toContain('7:11');
  expect(alert.textContent).toContain('Did you mean web?');
  expect(alert.textContent).toContain('req_1');
  expect(screen.getByRole('link', { name: 'SPEC_INVALID' }).getAttribute('href')).toBe(
    '/api/v1/docs/faults#spec_invalid',
  );
});
