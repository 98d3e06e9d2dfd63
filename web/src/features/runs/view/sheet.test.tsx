import { render, screen } from '@testing-library/react';
import { Sheet } from './sheet.js';

test('a sheet has the focus itself: no button of it is chosen, or says its keys', () => {
  render(
    <Sheet label="Node parse" onClose={() => undefined}>
      <button type="button">Retry</button>
    </Sheet>,
  );
  expect(document.activeElement).toBe(screen.getByRole('dialog', { name: 'Node parse' }));
});
