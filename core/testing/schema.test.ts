import { Ajv, type Options, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { testJsonSchema } from './document.js';

const options: Options = { strict: false, allErrors: true, logger: false };
const DRAFTS: [string, ValidateFunction][] = [
  ['2020-12', new Ajv2020(options).compile(testJsonSchema('draft-2020-12'))],
  ['7', new Ajv(options).compile(testJsonSchema('draft-7'))],
];
const example = readFileSync(new URL('../../examples/workflows/elements-brief.test.yaml', import.meta.url), 'utf8');

test.each(DRAFTS)(
  'the published schema, draft %s, takes the example and refuses a slip of the pen',
  (_draft, validate) => {
    expect(validate(parse(example)) ? [] : validate.errors).toEqual([]);
    expect(validate(parse(example.replace('decision: approve', 'decision: aprove')))).toBe(false);
    expect(validate(parse(example.replace('takes: 5s', 'take: 5s')))).toBe(false);
  },
);
