import { readFileSync } from 'node:fs';
import { celCases, failureOf } from '../support/cel-cases.js';

/** Suites of cel-spec that are about what the profile leaves out as a whole. */
const OUTSIDE: Record<string, string> = {
  ...{ proto2: 'protobuf', proto2_ext: 'protobuf', proto3: 'protobuf', enums: 'protobuf', wrappers: 'protobuf' },
  ...{ dynamic: 'protobuf', type_deductions: 'names of protobuf types', namespace: 'containers' },
  ...{ block_ext: 'an extension', encoders_ext: 'an extension', math_ext: 'an extension' },
  ...{ macros2: 'an extension', optionals: 'an extension' },
};

const cases = [...celCases()].filter(([name]) => !((name.split('/')[0] as string) in OUTSIDE));
const list = readFileSync(new URL('cel-left-out.txt', import.meta.url), 'utf8')
  .split('\n')
  .slice(1)
  .filter((line) => line !== '' && !line.startsWith('#'));
const covers = (line: string, name: string) =>
  line.endsWith('/*') ? name.startsWith(line.slice(0, -1)) : line === name;

const failures = new Map(
  cases.flatMap(([name, one]) => {
    const failure = failureOf(one);
    return failure === undefined ? [] : [[name, failure] as const];
  }),
);

test('cel-spec: every case that is not on the list has the value that CEL says', () => {
  expect(cases.length).toBeGreaterThan(1_300);
  const unlisted = [...failures].filter(([name]) => !list.some((line) => covers(line, name)));
  expect(Object.fromEntries(unlisted)).toEqual({});
});

test('the list names nothing that passes, and nothing twice', () => {
  const passing = list.filter((line) => cases.some(([name]) => covers(line, name) && !failures.has(name)));
  expect(passing).toEqual([]);
  const idle = list.filter((line) => !cases.some(([name]) => covers(line, name)));
  expect(idle).toEqual([]);
  expect([...new Set(list)]).toHaveLength(list.length);
});

test('the list only gets shorter', () => {
  expect(failures.size).toBe(MOST);
});
const MOST = 541;
