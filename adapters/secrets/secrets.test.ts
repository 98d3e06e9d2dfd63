import { createCipheriv } from 'node:crypto';
import type { Json } from '../../core/json.js';
import { Secrets } from './secrets.js';

const VALUE = 's3cr3t/+ü "x" & <y>\\z!';
const KEY = `-----BEGIN KEY-----\n${'MIIEvQIBADANBgkqhkiG'.repeat(2)}\n${'9w0BAQEFAASCBKcwggSj'.repeat(2)}\n-----END KEY-----\n`;
const secrets = new Secrets({ ODD: VALUE, KEY, DIGITS: '4929183746', PLAIN: 'correct-horse' });

const base64 = (before: string, value: string, after: string) =>
  Buffer.from(`${before}${value}${after}`).toString('base64');
const escapes = (text: string) => JSON.stringify(text).slice(1, -1);
const toAscii = (text: string) =>
  text.replaceAll(/[^ -~]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);

test.each([
  ['as it is', VALUE],
  ['in hex', Buffer.from(VALUE).toString('hex')],
  ['in HEX', Buffer.from(VALUE).toString('hex').toUpperCase()],
  ['in a URL', encodeURIComponent(VALUE)],
  ['in a URL, small digits', encodeURIComponent(VALUE).replaceAll(/%../g, (code) => code.toLowerCase())],
  ['in a URL, strictly', encodeURIComponent(VALUE).replaceAll('!', '%21')],
  ['in a path', encodeURIComponent(VALUE).replaceAll('%2F', '/')],
  ['in a form', new URLSearchParams({ a: VALUE }).toString().slice(2)],
  ['in JSON', escapes(VALUE)],
  ['in JSON of ASCII', toAscii(escapes(VALUE))],
  ['in JSON with slashes escaped', escapes(VALUE).replaceAll('/', '\\/')],
  ['in JSON in JSON', escapes(escapes(VALUE))],
  ['in markup', 's3cr3t/+ü &quot;x&quot; &amp; &lt;y&gt;\\z!'],
  ['alone in base64', base64('', VALUE, '')],
  ['in JSON in base64', base64('', escapes(VALUE), '')],
  ['alone in base64url', Buffer.from(VALUE).toString('base64url')],
])('a value %s is masked', (_what, form) => {
  expect(secrets.scrubText(`before ${form} after`)).toMatch(/^before \[secret\](=|==|.==|.=|.)? after$/);
});

describe.each([0, 1, 2, 3, 4, 5])('base64 after %i bytes', (offset) => {
  test.each(['', 'x', 'xy', 'xyz'])('and before %j', (after) => {
    for (const value of [VALUE, 'correct-horse']) {
      const text = base64('u'.repeat(offset), value, after);
      for (const form of [text, text.replaceAll('+', '-').replaceAll('/', '_')]) {
        const clean = secrets.scrubText(form);
        expect(clean).toContain('[secret]');
        // What is left decodes to no four bytes of the value in a row.
        const left = clean
          .split('[secret]')
          .map((part) => Buffer.from(part, 'base64').toString('latin1'))
          .join(' ');
        for (let i = 0; i + 4 <= value.length; i++) expect(left).not.toContain(value.slice(i, i + 4));
      }
    }
  });
});

test('a key of several lines is masked as a whole and line by line', () => {
  expect(secrets.scrubText(`key: ${KEY}`)).toBe('key: [secret]');
  for (const line of KEY.trim().split('\n')) expect(secrets.scrubText(`> ${line}`)).toBe('> [secret]');
  expect(secrets.scrubText(KEY.replaceAll('\n', '\r\n'))).not.toContain('MIIE');
});

test('values are masked wherever they stand, names too', () => {
  const leak: Json = { a: ['correct-horse', { 'x-correct-horse': 1 }], n: 4929183746, deep: { d: [null, true, 'ok'] } };
  expect(secrets.scrub(leak)).toEqual({
    a: ['[secret]', { 'x-[secret]': 1 }],
    n: '[secret]',
    deep: { d: [null, true, 'ok'] },
  });
});

test('what holds no secret stays as it is', () => {
  const text = 'correct horses 49291837 s3cr3t';
  expect(secrets.scrubText(text)).toBe(text);
  expect(secrets.scrub({ n: 49291837461, t: text })).toEqual({ n: 49291837461, t: text });
  const bytes = createCipheriv('aes-128-ctr', Buffer.alloc(16), Buffer.alloc(16)).update(Buffer.alloc(1_000_000));
  expect(secrets.scrubBytes(bytes)).toBe(bytes);
  expect(new Secrets({}).scrub({ a: 'correct-horse' })).toEqual({ a: 'correct-horse' });
});

test('half of a surrogate pair elsewhere in the text does no harm', () => {
  expect(secrets.scrubText('\ud800 and more')).toBe('\ud800 and more');
  expect(secrets.scrubText('\ud800 correct-horse')).toContain('[secret]');
});

test('bytes are masked in bytes', () => {
  const bytes = Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from('correct-horse'), Buffer.from([128])]);
  expect(secrets.scrubBytes(bytes)).toEqual(
    Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from('[secret]'), Buffer.from([128])]),
  );
});

test('a secret that is too short to be hidden is refused, without its value', () => {
  expect(() => new Secrets({ PIN: '123' })).toThrow(/^secret PIN is shorter than 4 characters/);
});

test('a secret that there is not', () => {
  expect(() => secrets.get('NONE')).toThrow(expect.objectContaining({ code: 'SECRET_UNKNOWN' }) as Error);
  expect(() => secrets.get('toString')).toThrow(expect.objectContaining({ code: 'SECRET_UNKNOWN' }) as Error);
});
