import { plainText } from '../../../../../../core/ansi.js';
import { type Span, spansOf } from './ansi.js';

const E = '\u001b';

test.each<[string, string, Span[]]>([
  ['plain text', 'hello', [{ text: 'hello' }]],
  ['nothing', '', []],
  ['a colour, and back', `${E}[31mred${E}[0m plain`, [{ text: 'red', fg: 'red' }, { text: ' plain' }]],
  ['an empty reset', `${E}[1mbold${E}[m plain`, [{ text: 'bold', bold: true }, { text: ' plain' }]],
  ['several at once', `${E}[1;4;32mok`, [{ text: 'ok', bold: true, underline: true, fg: 'green' }]],
  ['bright ones', `${E}[91;104mx`, [{ text: 'x', fg: 'red', bg: 'blue' }]],
  [
    'one is taken away',
    `${E}[1;3mx${E}[22my`,
    [
      { text: 'x', bold: true, italic: true },
      { text: 'y', italic: true },
    ],
  ],
  [
    'the default colour',
    `${E}[31;44mx${E}[39my`,
    [
      { text: 'x', fg: 'red', bg: 'blue' },
      { text: 'y', bg: 'blue' },
    ],
  ],
  [
    '256 colours',
    `${E}[38;5;196mx${E}[38;5;2my`,
    [
      { text: 'x', fg: 'red' },
      { text: 'y', fg: 'green' },
    ],
  ],
  ['256 colours with colons', `${E}[38:5:21mx`, [{ text: 'x', fg: 'blue' }]],
  ['true colours', `${E}[38;2;250;200;0mx`, [{ text: 'x', fg: 'yellow' }]],
  ['a true colour and more behind it', `${E}[48;2;0;0;200;1mx`, [{ text: 'x', bg: 'blue', bold: true }]],
  [
    'greys',
    `${E}[38;5;240mx${E}[38;2;220;220;225my`,
    [
      { text: 'x', fg: 'black' },
      { text: 'y', fg: 'white' },
    ],
  ],
  ['what moves the cursor is left out', `a${E}[2Kb${E}[1;1Hc`, [{ text: 'a' }, { text: 'b' }, { text: 'c' }]],
  ['a title is left out', `${E}]0;title\u0007text`, [{ text: 'text' }]],
  ['a link is its text', `${E}]8;;https://example.org${E}\\here${E}]8;;${E}\\`, [{ text: 'here' }]],
  ['a lone escape', `a${E}`, [{ text: 'a' }]],
  ['a code that nobody knows', `${E}[77mx`, [{ text: 'x' }]],
  ['of a progress bar the last state', '10 %\r50 %\r100 %', [{ text: '100 %' }]],
  ['and not the empty one', '10 %\r', [{ text: '10 %' }]],
  ['tabs stay, other control characters do not', 'a\tb\u0000c\u0007', [{ text: 'a\tbc' }]],
  ['HTML is text', '<b>&amp;</b>', [{ text: '<b>&amp;</b>' }]],
])('%s', (_, line, spans) => {
  expect(spansOf(line)).toEqual(spans);
  expect(spans.map(({ text }) => text).join('')).toBe(plainText(line)); // what is searched is what is drawn
});
