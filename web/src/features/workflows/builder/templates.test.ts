/** @jest-environment node */
import { compile } from '../../../../../core/spec/compile.js';
import { TEMPLATES } from './templates.js';

test.each(TEMPLATES)('$title compiles', ({ text }) => {
  expect(compile(text)).toMatchObject({ ok: true });
});
