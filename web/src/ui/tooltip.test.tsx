import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { Tooltip, TooltipProvider } from './tooltip.js';

// jsdom measures nothing.
globalThis.ResizeObserver = class {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
};
const screenWith = (hover: 'hover' | 'none') => {
  window.matchMedia = ((query: string) => ({ matches: query === `(hover: ${hover})` })) as typeof matchMedia;
};

test.each([
  ['hover', 1],
  ['none', 0],
] as const)('where what can be pointed at is "%s", the focus brings %d tooltips', async (hover, count) => {
  screenWith(hover);
  render(
    <TooltipProvider>
      <Tooltip text="Shift + R">
        <button type="button">Retry</button>
      </Tooltip>
    </TooltipProvider>,
  );
  await userEvent.setup().tab();
  expect(document.activeElement?.textContent).toBe('Retry');
  expect(screen.queryAllByRole('tooltip')).toHaveLength(count);
});
