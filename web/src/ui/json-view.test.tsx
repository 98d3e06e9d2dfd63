import { render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import type { Json } from '../../../core/json.js';
import { JsonView } from './json-view.js';

// jsdom has no layout.
Element.prototype.scrollIntoView = () => undefined;

const show = (value: Json) => {
  const user = userEvent.setup();
  render(<JsonView value={value} label="Output of web" path="nodes.web.output" />);
  return { user, tree: screen.getByRole('tree', { name: 'Output of web' }) };
};
const lines = () => screen.getAllByRole('treeitem').map(({ textContent }) => textContent);

test('the tree is read with the keyboard alone: down, into what is closed, and back out', async () => {
  const { user, tree } = show({ body: { list: [{ deep: { deeper: 1 } }] }, status: 200 });
  tree.focus();
  await user.keyboard('{ArrowDown}');
  const active = () => document.getElementById(tree.getAttribute('aria-activedescendant')!)!.textContent;
  expect(active()).toMatch(/^body:/);
  await user.keyboard('{ArrowLeft}');
  expect(lines()).toHaveLength(3);
  await user.keyboard('{ArrowRight}{ArrowRight}');
  expect(active()).toMatch(/^list:/);
  await user.keyboard('{ArrowLeft}');
  expect(active()).toMatch(/^body:/);
});

test('p copies the path as an expression reads it, and c the value', async () => {
  const { user, tree } = show({ body: [{ 'first-name': 'Ann' }] });
  tree.focus();
  await user.keyboard('{ArrowDown}{ArrowDown}{ArrowRight}{ArrowRight}p');
  expect(await navigator.clipboard.readText()).toBe('nodes.web.output.body[0]["first-name"]');
  await user.keyboard('c');
  expect(await navigator.clipboard.readText()).toBe('Ann');
});

test('finding opens what the place lies in, and counts', async () => {
  const value = { a: { b: { c: { d: { name: 'needle' } } } }, list: [1, 2, 3, 4, 5, 6, 7] };
  const { user } = show(value);
  expect(screen.queryByText('"needle"')).toBeNull();
  await user.type(screen.getByRole('textbox', { name: 'Find in Output of web' }), 'needle{Enter}');
  expect(screen.getByText('"needle"')).toBeTruthy();
  expect(screen.getByRole('status').textContent).toBe('1 / 1');
});

test('what looks like HTML is text', () => {
  show({ html: '<img src=x onerror=alert(1)>' });
  expect(document.querySelector('img')).toBeNull();
  expect(within(screen.getByRole('tree')).getByText('"<img src=x onerror=alert(1)>"')).toBeTruthy();
});

test('a long text is cut, and whole when it is asked for', async () => {
  const { user } = show({ text: 'x'.repeat(5000) });
  expect(lines().join('').length).toBeLessThan(800);
  await user.click(screen.getByRole('button', { name: 'all 5,000 characters' }));
  expect(lines().join('').length).toBeGreaterThan(5000);
});
