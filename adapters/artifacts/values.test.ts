import { createHash } from 'node:crypto';
import type { ArtifactStore } from '../../core/events/live.js';
import { type ArtifactRef, isArtifactRef, type Json } from '../../core/json.js';
import { INLINE_BYTES, MAX_LOADED_BYTES } from '../../core/limits.js';
import { ArtifactValues } from './values.js';

/** A store in memory that counts its reads. */
class Memory implements ArtifactStore {
  readonly kept = new Map<string, { bytes: Uint8Array; mediaType: string }>();
  reads = 0;
  down = false;

  put(org: string, bytes: Uint8Array, mediaType: string): Promise<{ id: string; size: number }> {
    const id = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    this.kept.set(`${org} ${id}`, this.kept.get(`${org} ${id}`) ?? { bytes, mediaType });
    return Promise.resolve({ id, size: bytes.length });
  }

  get(org: string, id: string): Promise<{ bytes: Uint8Array; mediaType: string } | undefined> {
    this.reads++;
    if (this.down) return Promise.reject(new Error('down'));
    return Promise.resolve(this.kept.get(`${org} ${id}`));
  }
}

const values = () => {
  const store = new Memory();
  return { store, values: new ArtifactValues(store) };
};
const large = 'x'.repeat(INLINE_BYTES);
const bytesOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

test.each([
  ['a small object', { a: 1, b: ['c'] }],
  ['null', null],
  ['a reference', { $artifact: 'sha256:x', size: 1, media_type: 'text/plain' }],
])('%s stays as it is', async (_what, value: Json) => {
  expect(await values().values.externalise('acme', value)).toBe(value);
});

test.each<[string, Json, Json]>([
  ['a long text', large, 'text/plain; charset=utf-8'],
  ['a long list', Array.from({ length: INLINE_BYTES }, () => 1), 'application/json'],
  [
    'many small fields',
    Object.fromEntries(Array.from({ length: 2_000 }, (_, i) => [`field ${i}`, i])),
    'application/json',
  ],
  ['a text whose characters take three bytes each', '好'.repeat(INLINE_BYTES / 2), 'text/plain; charset=utf-8'],
  ['a text that JSON writes six times as long', '\u0001'.repeat(INLINE_BYTES / 2), 'text/plain; charset=utf-8'],
  ['numbers of many digits', Array.from({ length: 1_800 }, () => 0.123456789012345), 'application/json'],
])('%s becomes a reference, and comes back', async (_what, value, mediaType) => {
  const { values: under } = values();
  const light = await under.externalise('acme', value);
  expect(light).toMatchObject({ media_type: mediaType });
  expect(isArtifactRef(light)).toBe(true);
  expect(bytesOf(light)).toBeLessThanOrEqual(INLINE_BYTES);
  expect(await under.hydrate('acme', light)).toEqual(value);
});

test('large fields leave, small ones beside them stay readable', async () => {
  const { values: under } = values();
  const value = { status: 200, headers: { a: 'b' }, body: { title: 'short', text: large } };
  const light = (await under.externalise('acme', value)) as unknown as { body: { title: string; text: ArtifactRef } };
  expect(light).toMatchObject({ status: 200, headers: { a: 'b' }, body: { title: 'short' } });
  expect(isArtifactRef(light.body.text)).toBe(true);
  expect(await under.hydrate('acme', light as unknown as Json)).toEqual(value);
});

test('what only looks like a reference is taken out by its weight', async () => {
  const { values: under } = values();
  const padded = { $artifact: 'nothing', text: large, more: Array.from({ length: 9_000 }, () => 0) };
  expect(bytesOf(await under.externalise('acme', padded))).toBeLessThanOrEqual(INLINE_BYTES);
  const long = { $artifact: large };
  expect(bytesOf(await under.externalise('acme', long))).toBeLessThanOrEqual(INLINE_BYTES);
});

test('the same bytes stored as text and as JSON come back as each was', async () => {
  const { values: under } = values();
  const list = Array.from({ length: INLINE_BYTES }, () => 7);
  const text = JSON.stringify(list);
  const [asText, asList] = [await under.externalise('acme', text), await under.externalise('acme', list)];
  expect((asText as unknown as ArtifactRef).$artifact).toBe((asList as unknown as ArtifactRef).$artifact);
  expect(await under.hydrate('acme', { asText, asList })).toEqual({ asText: text, asList: list });
});

test('bytes come back as base64', async () => {
  const { values: under } = values();
  const ref = await under.put('acme', Buffer.from([0, 255, 1]), 'image/png');
  expect(await under.hydrate('acme', [ref])).toEqual([Buffer.from([0, 255, 1]).toString('base64')]);
});

test('references inside of loaded content are loaded too', async () => {
  const { values: under } = values();
  const inner = await under.putJson('acme', { deep: true });
  const outer = await under.putJson('acme', { inner });
  expect(await under.hydrate('acme', { outer })).toEqual({ outer: { inner: { deep: true } } });
});

test('content of another org is not there', async () => {
  const { values: under } = values();
  const ref = await under.putJson('acme', { a: 1 });
  await under.hydrate('acme', ref);
  await expect(under.hydrate('other', ref)).rejects.toMatchObject({ code: 'ARTIFACT_MISSING' });
});

test('content that is not what its reference says is a fault, not a crash', async () => {
  const { values: under } = values();
  const ref = await under.put('acme', Buffer.from('no JSON'), 'text/plain');
  await expect(under.hydrate('acme', { ...ref, media_type: 'application/json' })).rejects.toMatchObject({
    code: 'ARTIFACT_MISSING',
  });
});

test('a list that many batches ask for is read once, also when they ask together', async () => {
  const { store, values: under } = values();
  const ref = await under.putJson('acme', [1, 2, 3]);
  await Promise.all([under.hydrate('acme', ref), under.hydrate('acme', ref)]);
  await under.hydrate('acme', ref);
  expect(store.reads).toBe(1);
});

test('a failed read is not remembered', async () => {
  const { store, values: under } = values();
  const ref = await under.putJson('acme', [1]);
  store.down = true;
  await expect(under.hydrate('acme', ref)).rejects.toThrow('down');
  store.down = false;
  expect(await under.hydrate('acme', ref)).toEqual([1]);
});

test('what is kept at hand is bounded, and the oldest goes first', async () => {
  const { store, values: under } = values();
  const refs = [];
  // 7 times 10 MiB; a reference that lies about its size changes nothing.
  for (let i = 0; i < 7; i++)
    refs.push({
      ...(await under.put('acme', Buffer.alloc(10 * 1024 * 1024 + i, i), 'text/plain')),
      size: i % 2 ? -1e12 : Number.NaN,
    });
  for (const ref of refs) await under.hydrate('acme', ref);
  store.reads = 0;
  await under.hydrate('acme', refs[6]!);
  expect(store.reads).toBe(0);
  await under.hydrate('acme', refs[0]!);
  expect(store.reads).toBe(1);
});

test('references that multiply are stopped before they fill the memory', async () => {
  const { values: under } = values();
  const chunk = await under.put('acme', Buffer.alloc(1024 * 1024, 'a'), 'text/plain');
  let nest = await under.putJson(
    'acme',
    Array.from({ length: 16 }, () => chunk),
  );
  for (let depth = 0; depth < 3; depth++)
    nest = await under.putJson(
      'acme',
      Array.from({ length: 16 }, () => nest),
    );
  const settled = await under.hydrate('acme', nest).then(
    () => 'loaded',
    (err: { code: string; message: string }) => `${err.code}: ${err.message}`,
  );
  expect(settled).toMatch(new RegExp(`^TOO_LARGE: .*${MAX_LOADED_BYTES} bytes`));
});
