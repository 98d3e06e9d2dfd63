import { bytesInWords } from './bytes.js';

test.each([
  [0, '0 bytes'],
  [1, '1 byte'],
  [1023, '1023 bytes'],
  [1024, '1.0 KiB'],
  [16 * 1024, '16 KiB'],
  [1.25 * 1024 ** 2, '1.3 MiB'],
  [5 * 1024 ** 4, '5120 GiB'],
])('%d is %s', (bytes, words) => {
  expect(bytesInWords(bytes)).toBe(words);
});
