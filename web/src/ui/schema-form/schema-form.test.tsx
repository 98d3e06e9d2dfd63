import { render, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { useState } from 'react';
import type { Json, JsonSchema } from '../../../../core/json.js';
import { converted } from './any-part.js';
import { readJson } from './json-area.js';
import { numberOf } from './leaf-parts.js';
import { type Edit, SchemaForm, validate } from './index.js';

/** The form, with its value kept; `last` is what it says last. */
function draw(schema: JsonSchema, start?: Json) {
  const last: { value: Json | undefined; edit?: Edit } = { value: start };
  function Holder() {
    const [value, setValue] = useState(start);
    return (
      <SchemaForm
        label="Input"
        schema={schema}
        value={value}
        errors={validate(schema, value)}
        onChange={(next, edit) => {
          Object.assign(last, { value: next, edit });
          setValue(next);
        }}
      />
    );
  }
  render(<Holder />);
  return last;
}

const PERSON: JsonSchema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', title: 'Full name', description: 'As on the card.' },
    age: { type: 'integer', minimum: 0, default: 30 },
    role: { enum: ['author', 'reader'] },
    tags: { type: 'array', items: { type: 'string', title: 'Tag' } },
    address: { type: 'object', required: ['city'], properties: { city: { type: 'string' } } },
  },
};

test('fields have names, help, defaults and marks of what is needed', () => {
  draw(PERSON);
  const name = screen.getByRole('textbox', { name: 'Full name' });
  expect(name.getAttribute('aria-required')).toBe('true');
  expect(document.getElementById(name.getAttribute('aria-describedby')!)?.textContent).toBe('This is required.');
  const age = screen.getByRole('textbox', { name: 'age' });
  expect(age.getAttribute('placeholder')).toBe('Default: 30');
});

test('what is typed becomes a value of its type, and the change alone is told', async () => {
  const last = draw(PERSON, {});
  await userEvent.type(screen.getByRole('textbox', { name: 'Full name' }), 'Ann');
  await userEvent.type(screen.getByRole('textbox', { name: 'age' }), '4');
  expect(last).toEqual({ value: { name: 'Ann', age: 4 }, edit: { path: ['age'], value: 4 } });
  await userEvent.type(screen.getByRole('textbox', { name: 'age' }), 'x');
  expect(last.value).toEqual({ name: 'Ann', age: '4x' });
  expect(screen.getByText('This must be a whole number.')).toBeTruthy();
  await userEvent.clear(screen.getByRole('textbox', { name: 'age' }));
  expect(last.value).toEqual({ name: 'Ann' });
});

test('items are added, moved and removed; an object that is not needed is added and removed', async () => {
  const last = draw(PERSON, { name: 'Ann', tags: ['a', 'b'] });
  await userEvent.click(screen.getByRole('button', { name: 'Move Tag 2 up' }));
  expect(last.value).toMatchObject({ tags: ['b', 'a'] });
  await userEvent.click(screen.getByRole('button', { name: 'Add to tags' }));
  await userEvent.click(screen.getByRole('button', { name: 'Remove Tag 1' }));
  expect(last.value).toMatchObject({ tags: ['a', ''] });
  await userEvent.click(screen.getByRole('button', { name: 'Add address' }));
  expect(last.value).toMatchObject({ address: { city: '' } });
  await userEvent.click(screen.getByRole('button', { name: 'Remove address' }));
  expect(last.value).toEqual({ name: 'Ann', tags: ['a', ''] });
});

test('of a union one option is picked, and its fields are drawn', async () => {
  const last = draw({
    oneOf: [
      {
        type: 'object',
        required: ['type', 'secret'],
        properties: { type: { const: 'bearer' }, secret: { type: 'string' } },
      },
      {
        type: 'object',
        required: ['type', 'user', 'secret'],
        properties: { type: { const: 'basic' }, user: { type: 'string' }, secret: { type: 'string' } },
      },
    ],
  });
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Input' }), 'bearer');
  await userEvent.type(screen.getByRole('textbox', { name: 'secret' }), 'K');
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Input' }), 'basic');
  expect(last.value).toEqual({ type: 'basic', user: '', secret: 'K' });
});

test('a map takes names of one’s own, and anything can be said as JSON', async () => {
  const last = draw({ type: 'object', additionalProperties: {} });
  await userEvent.type(screen.getByRole('textbox', { name: 'Name of a new field' }), 'answer{Enter}');
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Kind of answer' }), 'As JSON');
  const area = screen.getByRole('textbox', { name: 'answer as JSON' });
  await userEvent.clear(area);
  await userEvent.type(area, '[[4');
  expect(within(area.parentElement!).getByText(/no JSON yet/)).toBeTruthy();
  await userEvent.type(area, ']');
  expect(last.value).toEqual({ answer: [4] });
});

test('fields after the first are drawn when they are set or asked for', async () => {
  const last: { value?: Json } = {};
  render(
    <SchemaForm
      label="Node"
      schema={PERSON}
      value={{ name: 'a', role: 'author' }}
      first={2}
      onChange={(next) => Object.assign(last, { value: next })}
    />,
  );
  expect(screen.queryByRole('button', { name: 'Add to tags' })).toBeNull();
  expect(screen.getByRole('combobox', { name: 'role' })).toBeTruthy();
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Add a field to Node' }), 'tags');
  expect(last.value).toEqual({ name: 'a', role: 'author', tags: [] });
});

test('what the schema does not know is drawn all the same', () => {
  draw({ type: 'object', properties: { a: { type: 'string' } }, additionalProperties: false }, { b: 1 });
  expect(screen.getByText('There is no field b.')).toBeTruthy();
  expect((screen.getByRole('textbox', { name: 'b' }) as HTMLInputElement).value).toBe('1');
});

test.each<[string, Json | undefined]>([
  ['', undefined],
  ['1.50', 1.5],
  ['-', '-'],
  ['1.', '1.'],
  ['0x10', '0x10'],
])('%j typed as a number is %j', (text, expected) => {
  expect(numberOf(text)).toBe(expected);
});

test('kinds become one another', () => {
  expect(converted(3, { type: 'string', blank: '' })).toBe('3');
  expect(converted('3', { type: 'number', blank: 0 })).toBe(3);
  expect(converted('x', { type: 'array', blank: [] })).toEqual(['x']);
  expect(readJson('{', false)).toBeUndefined();
  expect(readJson(' ', false)).toEqual({ value: undefined });
});
