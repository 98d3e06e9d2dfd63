import { readFileSync } from 'node:fs';
import { EVENTS } from '../../core/contract/events.js';
import { CLOSE } from './websocket.js';

const docs = readFileSync(new URL('../../docs/streams.md', import.meta.url), 'utf8');

test('docs/streams.md has every event, and no other', () => {
  const told = new Set([...docs.matchAll(/`((?:run|node|gate|event|stream)\.[a-z_]+)`/g)].map(([, type]) => type));
  expect(told).toEqual(new Set(Object.keys(EVENTS)));
});

test('docs/streams.md has every close code, and 1009, which is the library’s', () => {
  const told = new Set([...docs.matchAll(/^\| (\d{4}) \|/gm)].map(([, code]) => Number(code)));
  expect(told).toEqual(new Set([...Object.values(CLOSE).map(({ code }) => code), 1009]));
});
