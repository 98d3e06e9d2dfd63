import { plainText } from './ansi.js';

test.each([
  ['colours', '\u001b[31merror:\u001b[0m no', 'error: no'],
  ['a progress bar', '10 %\r50 %\r', '50 %'],
  ['a link', '\u001b]8;;https://example.org\u001b\\here\u001b]8;;\u001b\\', 'here'],
  ['a lone escape, and a bell', 'a\u001b\u0007\tb', 'a\tb'],
  ['nothing', '', ''],
])('the plain text is without %s', (_, line, plain) => {
  expect(plainText(line)).toBe(plain);
});
