import { ANSWER_FORM } from '../../core/nodes/agent-call.js';
import { filledOut, inputsOf } from './form.js';
import { html } from './html.js';

const FLAT = {
  type: 'object',
  required: ['cost_centre', 'amount'],
  properties: {
    cost_centre: { type: 'string', title: 'Cost centre', description: 'As in <SAP>' },
    amount: { type: 'integer', default: 3 },
    rate: { type: 'number' },
    urgent: { type: 'boolean' },
    level: { enum: ['low', 'high', 7] },
    day: { type: 'string', format: 'date' },
  },
};

test('a flat form has an input for each property, and no more markup than its own', () => {
  const { text } = inputsOf(FLAT, { 'form.cost_centre': '"><script>' });
  expect(text).toContain('value="&quot;&gt;&lt;script&gt;"');
  expect(text).toContain('As in &lt;SAP&gt;');
  expect(text).toMatch(/name="form.amount" type="number" value="3"\s+step="1" required/);
  expect(text).toMatch(/name="form.day" type="date"/);
  expect(text.match(/<option/g)).toHaveLength(4);
  expect(text).toContain('type="checkbox"');
});

test.each([
  [{ 'form.cost_centre': 'c-1', 'form.amount': '12', 'form.rate': '0.5', 'form.urgent': 'true', 'form.level': '7' }],
])('what is filled in has the types of the schema', (values) => {
  expect(filledOut(FLAT, values)).toEqual({ cost_centre: 'c-1', amount: 12, rate: 0.5, urgent: true, level: 7 });
});

test('what is no number stays text, for the schema to complain of; what is empty is left out', () => {
  expect(filledOut(FLAT, { 'form.amount': 'many', 'form.cost_centre': '' })).toEqual({ amount: 'many', urgent: false });
});

test('an agent’s question is answered by text', () => {
  expect(inputsOf(ANSWER_FORM, {}).text).toContain('name="form.answer" type="text"');
  expect(filledOut(ANSWER_FORM, { 'form.answer': 'blue' })).toEqual({ answer: 'blue' });
});

test('a form that is not flat is asked for as JSON', () => {
  const deep = { type: 'object', properties: { list: { type: 'array' } } };
  expect(inputsOf(deep, {}).text).toContain('<textarea id="form" name="form"');
  expect(filledOut(deep, { form: '{"list":[1]}' })).toEqual({ list: [1] });
  expect(filledOut(deep, { form: 'oops' })).toBe('oops');
  expect(filledOut(deep, { form: ' ' })).toBeUndefined();
});

test('what is put into HTML is escaped, but for HTML itself', () => {
  expect(html`<p>${'<b>'}${html`<i>${'&'}</i>`}${[html`1`, '2']}</p>`.text).toBe('<p>&lt;b&gt;<i>&amp;</i>12</p>');
});
