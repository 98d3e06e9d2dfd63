/** @jest-environment node */
import { jest } from '@jest/globals';
import type { CompileAnswer, CompileRequest } from './compile.worker.js';
import { compile } from '../../../../../../core/spec/compile.js';
import { type Compiler, startCompiling } from './compiling.js';
import { addNode, removeNodes, renameNode, type Saved, setIn, useBuilder } from './index.js';

const TEXT = 'name: a\nnodes:\n  - { key: one, type: wait, config: { duration: 1m } }\n';
const saved = (text: string): Saved => ({ ...{ id: 'wf_1', name: 'a', version: 1, hash: 'h' }, text });
const store = () => useBuilder.getState();
beforeEach(() => store().load({ text: TEXT, saved: saved(TEXT) }));

test('what is changed can be undone and done again; back at what is saved nothing is unsaved', () => {
  expect(store().dirty).toBe(false);
  store().change((text) => setIn(text, ['name'], 'b'), 'Rename');
  expect([store().dirty, store().view.name]).toEqual([true, 'b']);
  store().undo();
  expect([store().dirty, store().text, store().said?.text]).toEqual([false, TEXT, 'Undone: Rename']);
  store().redo();
  expect(store().view.name).toBe('b');
  store().setText(TEXT);
  expect(store().dirty).toBe(false);
});

test('what is typed in one go is one step, and another change ends it', () => {
  for (const name of ['b', 'bc', 'bcd']) store().setText(TEXT.replace('name: a', `name: ${name}`));
  expect(store().past).toHaveLength(1);
  store().change((text) => addNode(text, { type: 'wait' }).text, 'Add');
  store().setText(`${store().text}#`);
  expect(store().past.map(({ label }) => label)).toEqual(['typing', 'Add', 'typing']);
  store().undo();
  store().undo();
  store().undo();
  expect(store().text).toBe(TEXT);
});

test('a pause ends what is typed in one go', () => {
  const now = jest.spyOn(Date, 'now').mockReturnValue(10_000);
  store().setText(`${TEXT}#`);
  now.mockReturnValue(60_000);
  store().setText(`${TEXT}##`);
  expect(store().past).toHaveLength(2);
  now.mockRestore();
});

test('a change of nothing is no step', () => {
  expect(store().change((text) => text, 'Nothing')).toBe(true);
  expect([store().past, store().dirty]).toEqual([[], false]);
});

test('a node that is called otherwise keeps its place and stays selected, and undo brings all back', () => {
  store().move({ one: { x: 7, y: 7 } }, 'Move');
  store().select({ nodes: ['one'] });
  store().change((text) => renameNode(text, 'one', 'two'), 'Rename');
  expect([store().positions, store().selection.nodes]).toEqual([{ two: { x: 7, y: 7 } }, ['two']]);
  store().undo();
  expect([store().positions, store().selection.nodes]).toEqual([{ one: { x: 7, y: 7 } }, ['one']]);
  store().undo();
  expect(store().positions).toEqual({});
});

test('undo goes back to what was selected, and redo to what was after it', () => {
  store().select({ nodes: ['one'] });
  store().change((text) => addNode(text, { type: 'wait', key: 'two' }).text, 'Add');
  store().select({ nodes: ['two'] });
  store().undo();
  expect(store().selection.nodes).toEqual(['one']);
  store().select({});
  store().redo();
  expect(store().selection.nodes).toEqual(['two']);
});

test('a text with mistakes is changed as text only, and that is said', () => {
  store().setText('name: {');
  expect(store().change((text) => setIn(text, ['name'], 'b'), 'Rename')).toBe(false);
  expect(store().said?.text).toBe('The text has mistakes. Mend them there first.');
  expect([store().view.sound, store().view.nodes.length]).toEqual([false, 1]); // what it was before stays drawn
});

test('what is gone is not selected', () => {
  store().select({ nodes: ['one', 'two'] });
  expect(store().selection.nodes).toEqual(['one']);
  store().change((text) => removeNodes(text, ['one']), 'Delete');
  expect(store().selection.nodes).toEqual([]);
});

test('an old version does not change', () => {
  store().load({ text: TEXT, saved: saved(TEXT), readOnly: true });
  store().setText('x');
  expect([store().change(() => 'y', 'No'), store().text]).toEqual([false, TEXT]);
});

test('what was typed while it was being saved stays unsaved', () => {
  store().setText(`${TEXT}# more\n`);
  store().markSaved({ ...saved(TEXT), version: 2 });
  expect([store().saved?.version, store().dirty]).toEqual([2, true]);
});

/** The real compiler, which answers when it is told to. */
function compilerByHand() {
  const asked: CompileRequest[] = [];
  let tell: (event: { data: CompileAnswer }) => void = () => undefined;
  const compiler: Compiler = {
    postMessage: (request) => void asked.push(request),
    addEventListener: (_, listener) => (tell = listener),
    terminate: () => undefined,
  };
  const answer = () => {
    const { id, text, format } = asked.shift()!;
    tell({ data: { id, ...compile(text, { format }) } });
  };
  return { asked, answer, make: () => compiler };
}

test('the newest text is compiled, and its problems are of nodes and edges', () => {
  jest.useFakeTimers();
  const { asked, answer, make } = compilerByHand();
  const stop = startCompiling(make);
  store().change((text) => addNode(text, { type: 'tool_call', after: 'one' }).text, 'Add');
  jest.runAllTimers();
  expect(asked).toHaveLength(1); // the first is not back yet
  answer();
  expect(store().compiling).toBe(true);
  answer();
  expect(store().problems).toMatchObject([
    { code: 'MISSING_FIELD', node: 'call', field: '/config/request', message: 'url is missing' },
  ]);
  store().undo();
  jest.runAllTimers();
  answer();
  expect([store().problems, store().plan?.nodes.length, store().compiling]).toEqual([[], 1, false]);
  store().setText(`${store().text}edges:\n  - { from: one, to: two }\n`);
  jest.runAllTimers();
  answer();
  expect(store().problems).toMatchObject([{ code: 'UNKNOWN_NODE', edge: 0, field: '/to', line: 5 }]);
  stop();
  jest.useRealTimers();
});
