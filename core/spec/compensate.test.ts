import { compile } from './compile.js';

const specOf = (compensate: string, more = '') => `
name: flow
nodes:
  - key: book
    type: tool_call
    config: { tool: http, request: { method: POST, url: "https://example.org/" } }
    compensate: ${compensate}
  - key: seats
    type: map
    config: { over: "\${ ['a', 'b'] }", do: { type: tool_call, config: { tool: function, name: seat } } }
    ${more}
  - { key: later, type: transform, config: { value: 1 } }
edges: [{ from: book, to: seats }, { from: seats, to: later }]
`;
const undo = (url: string) =>
  `{ type: tool_call, config: { tool: http, request: { method: DELETE, url: "${url}" } }, timeout: { attempt: 5s }, when: started }`;
const problems = (text: string) => {
  const compiled = compile(text);
  return compiled.ok ? [] : compiled.problems.map(({ code, pointer }) => `${code} ${pointer}`);
};

test('what undoes a node is in the plan, with generous retries; a spec without is as it was', () => {
  const compiled = compile(specOf(undo('https://example.org/${ nodes.book.output.status }')));
  expect(compiled).toMatchObject({
    ok: true,
    plan: {
      nodes: [
        {
          compensate: {
            ...{ type: 'tool_call', reads: ['book'], when: 'started' },
            retry: { max_attempts: 10 },
            timeout: { attempt_ms: 5_000, heartbeat_ms: 10_000 },
          },
        },
        {},
        {},
      ],
    },
  });
  expect(JSON.stringify(compiled)).not.toMatch(/"compensate":[^{]/);
});

test('of a map it also sees item and index', () => {
  const free = (input: string) =>
    `compensate: { type: tool_call, config: { tool: function, name: free, input: "${input}" } }`;
  const text = (input: string) => specOf(undo('https://example.org/'), free(input));
  expect(problems(text('${ nodes.seats.output.items[index] + item }'))).toEqual([]);
  expect(problems(text('${ item + 1 }'))).toEqual(['EXPRESSION_TYPE /nodes/1/compensate/config/input']);
});

test.each([
  ['${ nodes.book.output.stats }', 'UNKNOWN_PROPERTY'],
  ['${ nodes.later.output }', 'NOT_UPSTREAM'],
  ['${ item }', 'UNKNOWN_NAME'],
  ['${ nodes.book.', 'EXPRESSION_SYNTAX'],
])('%s is refused at its place', (url, code) => {
  expect(problems(specOf(undo(url)))).toEqual([`${code} /nodes/0/compensate/config/request/url`]);
});

test('only calls undo', () => {
  expect(problems(specOf('{ type: wait, config: { duration: 1s } }')).length).toBeGreaterThan(0);
});
