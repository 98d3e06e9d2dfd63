import { longerBy, type NodeDiff, partsOf, pathOf, shownNodes, verdictOf } from './rows.js';

const side = (status: 'completed' | 'failed') => ({ type: 'tool_call', status, attempt: 1, duration_ms: 5 });
const node = (more: Partial<NodeDiff>): NodeDiff => ({
  ...{ key: 'web', from: side('completed'), to: side('completed'), changes: [], more: 0, ...more },
});
const change = (pointer: string) => ({ pointer, from: 1, to: 2 });

test.each([
  ['same', node({})],
  ['values', node({ changes: [change('/output/a')] })],
  ['values', node({ more: 3 })],
  ['status', node({ to: side('failed'), changes: [change('/status')] })],
  ['only_from', node({ to: null })],
  ['only_to', node({ from: null })],
])('%s', (verdict, of) => {
  expect(verdictOf(of)).toBe(verdict);
});

test('only what differs is shown, unless all is asked for', () => {
  const nodes = [node({ key: 'a' }), node({ key: 'b', to: null })];
  expect(shownNodes(nodes, false, '').map(({ key }) => key)).toEqual(['b']);
  expect(shownNodes(nodes, true, '').map(({ key }) => key)).toEqual(['a', 'b']);
  expect(shownNodes(nodes, true, ' A ').map(({ key }) => key)).toEqual(['a']);
});

test('the parts that differ, each once', () => {
  expect(partsOf([change('/output/a'), change('/output/b'), change('/status')])).toEqual(['output', 'status']);
});

test.each([
  ['/output/body/0/name', 'output.body[0].name'],
  ['/output/a~1b', 'output["a/b"]'],
  ['/input/x-y', 'input["x-y"]'],
  ['', ''],
])('%s is read as %s', (pointer, path) => {
  expect(pathOf(pointer)).toBe(path);
});

test.each([
  [1000, 1500, 500],
  [1000, null, null],
  [undefined, 5, null],
])('from %s to %s it takes %s longer', (from, to, longer) => {
  expect(longerBy(from, to)).toBe(longer);
});
