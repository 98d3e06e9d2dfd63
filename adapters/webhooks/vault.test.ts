import { keysOf } from '../temporal/keys.js';
import { Vault } from './vault.js';

const key = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const vault = (...keys: string[]) => new Vault(keys.length === 0 ? [] : keysOf(keys.join(','))!);
const notConfigured = (said: string) =>
  expect.objectContaining({ code: 'NOT_CONFIGURED', message: expect.stringContaining(said) });

test('what was locked is opened again, and shows nothing', () => {
  const locked = vault(key('a', 1)).lock('whsec_hidden', 'trg_1');
  expect(locked).not.toContain('hidden');
  expect(locked).not.toBe(vault(key('a', 1)).lock('whsec_hidden', 'trg_1'));
  expect(vault(key('a', 1)).open(locked, 'trg_1')).toBe('whsec_hidden');
});

test('keys are rotated: the first locks, all open', () => {
  const old = vault(key('a', 1)).lock('s', 'x');
  const both = vault(key('b', 2), key('a', 1));
  expect(both.open(old, 'x')).toBe('s');
  expect(both.lock('s', 'x')).toMatch(/^b:/);
});

test('without a key nothing is stored, and the message says what to set', () => {
  expect(() => vault().lock('s', 'x')).toThrow(notConfigured('STORED_SECRET_KEYS'));
});

test('another key, another owner and changed bytes do not open it', () => {
  const locked = vault(key('a', 1)).lock('s', 'trg_1');
  expect(() => vault(key('b', 1)).open(locked, 'trg_1')).toThrow(notConfigured('the key a'));
  expect(() => vault(key('a', 2)).open(locked, 'trg_1')).toThrow(notConfigured('another one'));
  expect(() => vault(key('a', 1)).open(locked, 'trg_2')).toThrow(notConfigured('another one'));
  expect(() => vault(key('a', 1)).open('a:AAAA', 'trg_1')).toThrow(notConfigured('another one'));
});
