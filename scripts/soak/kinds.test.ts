import { schemaProblem } from '../../adapters/json-schema/validate.js';
import { compile } from '../../core/spec/compile.js';
import { kindsOf } from './kinds.js';

test.each(kindsOf('http://127.0.0.1:1'))('$name compiles', ({ spec }) => {
  expect(compile(JSON.stringify(spec), { format: 'json', schemaProblem })).toMatchObject({ ok: true });
});
