import { readdirSync, readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { parse } from 'yaml';
import { A, B, nodeWith, spec, toolCall } from '../../tests/support/marked.js';
import { brokenSpecs, soundSpecs } from '../../tests/support/specs.js';
import type { Json } from '../json.js';
import { specJsonSchema, specSchema } from './schema.js';

// The published JSON Schema and the compiler say the same about a spec's shape.

const options = { allErrors: true, strict: true, allowUnionTypes: true } as const;
const DRAFTS: [string, ValidateFunction][] = [
  ['2020-12', new Ajv2020(options).compile(specJsonSchema('draft-2020-12'))],
  ['7', new Ajv(options).compile(specJsonSchema('draft-7'))],
];

const folder = new URL('../../examples/workflows/', import.meta.url);
const examples = readdirSync(folder).filter((file) => /^[^.]+\.yaml$/.test(file));

describe.each(DRAFTS)('draft %s', (_draft, validate) => {
  const errorsOf = (text: string) =>
    validate(parse(text)) ? [] : validate.errors!.map(({ instancePath }) => instancePath);

  test.each(examples)('%s fits', (file) => {
    expect(errorsOf(readFileSync(new URL(file, folder), 'utf8'))).toEqual([]);
  });

  test.each<[string, string]>([
    ['no name', `nodes:\n${A}`],
    ['no nodes', 'name: demo\nnodes: []\n'],
    ['an unknown field', `${spec(A)}extra: 1\n`],
    ['an unknown field of a node', nodeWith('retrys: 1')],
    ['an unknown field of a config', toolCall('http, request: { url: x, header: {} }')],
    ['a field of another tool', toolCall('function, name: f, request: { url: x }')],
    ['a config of another type', spec('  - { key: a, type: wait, config: { value: 1 } }\n')],
    ['an unknown type', spec('  - { key: a, type: wati, config: {} }\n')],
    ['a key that is no name', spec(A.replace('key: a', 'key: a-b'))],
    ['the key that would be lost', spec(A.replace('key: a', 'key: __proto__'))],
    ['no config', spec('  - { key: a, type: transform }\n')],
    ['too many attempts', nodeWith('retry: { max_attempts: 101 }')],
    ['half an attempt', nodeWith('retry: { max_attempts: 1.5 }')],
    ['an unknown code', nodeWith('retry: { non_retryable: [HTTP_4X] }')],
    ['an unknown join', nodeWith('join: al')],
    ['a join of nothing', nodeWith('join: { n: 0 }')],
    ['a duration that is none', nodeWith('timeout: { attempt: 5 minutes }')],
    ['a duration of nothing', nodeWith('timeout: { attempt: PT }')],
    ['an unknown outcome', spec(A + B, '  - { from: a, to: b, on: sucess }\n')],
    ['an edge from nowhere', spec(A + B, '  - { to: b }\n')],
    ['a condition that is no text', spec(A + B, '  - { from: a, to: b, condition: true }\n')],
    ['too much at once', `${spec(A)}limits: { run: { max_parallel: 501 } }\n`],
  ])('%s does not', (_name, text) => {
    expect(errorsOf(text)).not.toEqual([]);
    expect(specSchema.safeParse(parse(text)).success).toBe(false);
  });

  test('of any document it says what the compiler says, but for what a schema can not express', () => {
    const documents = fc.oneof(brokenSpecs, brokenSpecs, soundSpecs);
    fc.assert(
      fc.property(documents, (document: Json) => {
        const issues = specSchema.safeParse(document).error?.issues ?? [];
        const inexpressible = issues.length > 0 && issues.every(({ code }) => code === 'custom');
        const fits = validate(document);
        if (!inexpressible) expect([document, fits]).toEqual([document, issues.length === 0]);
        if (!fits) expect(issues.length).toBeGreaterThan(0);
      }),
      { numRuns: 200 },
    );
  });
});
