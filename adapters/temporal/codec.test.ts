import { createCipheriv, createSecretKey, randomBytes } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import { Fault } from '../../core/fault.js';
import { dataConverterOf, type PayloadsConfig } from './codec.js';
import { decodePayloads } from './decode.js';
import { keysOf } from './keys.js';
import { encodingOf, metadataOf, packed } from './proto.js';

const base64 = (fill: number): string => Buffer.alloc(32, fill).toString('base64');
const OLD = `2025:${base64(1)}`;
const NEW = `2026:${base64(2)}`;
const codec = (keys = '', compress = true) =>
  dataConverterOf({ keys: keys === '' ? [] : keysOf(keys)!, compress } satisfies PayloadsConfig).payloadCodecs![0]!;
const payload = (text: string, more: Payload['metadata'] = {}): Payload => ({
  metadata: { encoding: Buffer.from('json/plain'), ...more },
  data: Buffer.from(JSON.stringify(text)),
});
const textOf = ({ data }: Payload): string => JSON.parse(Buffer.from(data!).toString()) as string;
const SMALL = payload('a marker', { also: Buffer.from('kept') });
const LARGE = payload('a marker '.repeat(10_000));
const unreadable = (text: string) => ({ code: 'PAYLOAD_UNREADABLE', message: expect.stringContaining(text) as string });

test.each([
  ['plain', '', false],
  ['compression', '', true],
  ['encryption', NEW, false],
  ['both', NEW, true],
])('with %s, what comes back is what went', async (_name, keys, compress) => {
  const sent = await codec(keys, compress).encode([SMALL, LARGE]);
  const [small, large] = await codec(keys, compress).decode(sent);
  expect([textOf(small!), textOf(large!)]).toEqual([textOf(SMALL), textOf(LARGE)]);
  expect(metadataOf(small!, 'also')).toBe('kept');
  expect(sent[1]!.data!.length < LARGE.data!.length / 10).toBe(compress);
  for (const each of sent)
    expect(Buffer.from(packed(each)).includes('marker')).toBe(keys === '' && !(compress && each === sent[1]));
});

test('the form is that of Temporal’s samples, and no two are alike', async () => {
  const [one, other] = await codec(NEW).encode([SMALL, SMALL]);
  expect([encodingOf(one!), metadataOf(one!, 'encryption-key-id')]).toEqual(['binary/encrypted', '2026']);
  expect(Buffer.from(one!.data!).equals(other!.data!)).toBe(false);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', createSecretKey(Buffer.alloc(32, 2)), nonce);
  const theirs = Buffer.concat([nonce, cipher.update(packed(SMALL)), cipher.final(), cipher.getAuthTag()]);
  const [read] = await codec(NEW).decode([{ metadata: one!.metadata!, data: theirs }]);
  expect(textOf(read!)).toBe('a marker');
});

test('rotation: the first key encrypts, all decrypt, and what was never encrypted still reads', async () => {
  const [before, [small, packedBefore]] = [await codec(OLD).encode([SMALL]), await codec().encode([SMALL, LARGE])];
  const rotated = codec(`${NEW}, ${OLD}`);
  const after = await rotated.encode([SMALL]);
  expect(metadataOf(after[0]!, 'encryption-key-id')).toBe('2026');
  const read = await rotated.decode([...before, ...after, small!, packedBefore!]);
  expect(read.map(textOf)).toEqual([...Array.from({ length: 3 }, () => 'a marker'), textOf(LARGE)]);
});

test('a key that is not here, and one that is another, are named', async () => {
  const sent = await codec(OLD).encode([SMALL]);
  await expect(codec(NEW).decode(sent)).rejects.toMatchObject(unreadable('"2025", which is not here'));
  await expect(codec().decode(sent)).rejects.toMatchObject(unreadable('"2025"'));
  await expect(codec(`2025:${base64(3)}`).decode(sent)).rejects.toMatchObject(unreadable('"2025"'));
});

test.each([
  ['nonce', 0],
  ['text', 20],
  ['tag', -1],
])('a changed %s is refused, and no key is shown', async (_part, at) => {
  const [sent] = await codec(NEW).encode([SMALL]);
  const data = Buffer.from(sent!.data!);
  data[(at + data.length) % data.length]! ^= 1;
  const failed: unknown = await codec(NEW)
    .decode([{ ...sent!, data }])
    .catch((err: unknown) => err);
  expect(failed).toMatchObject(unreadable('"2026"'));
  const { message, stack, cause } = failed as Fault;
  expect(`${message} ${stack} ${String(cause)}`).not.toContain(base64(2));
});

test.each([0, 5, 12, 27])('%i bytes are too few to be encrypted', async (length) => {
  const [sent] = await codec(NEW).encode([SMALL]);
  const cut = { ...sent!, data: Buffer.from(sent!.data!).subarray(0, length) };
  await expect(codec(NEW).decode([cut])).rejects.toMatchObject(unreadable('"2026"'));
});

test('a damaged compressed payload is refused', async () => {
  const damaged = { metadata: { encoding: Buffer.from('binary/zlib') }, data: Buffer.from('no zlib') };
  await expect(codec().decode([damaged])).rejects.toMatchObject(unreadable('compressed'));
});

test('history is decoded in place, whole: summaries, memos, and what failures said', async () => {
  const sealed = codec(NEW);
  const encode = async (each: Payload): Promise<Payload> => (await sealed.encode([each]))[0]!;
  const said = {
    metadata: { encoding: Buffer.from('json/plain') },
    data: Buffer.from('{"message":"m","stack_trace":"s"}'),
  };
  const failure = { message: 'Encoded failure', stackTrace: '', encodedAttributes: await encode(said), cause: null };
  const events = [
    { userMetadata: { summary: await encode(SMALL) }, memo: { fields: { a: await encode(SMALL) } } },
    { failure: { ...failure, cause: { ...failure } }, input: { payloads: [await encode(LARGE)] } },
  ];
  const [first, second] = await decodePayloads(events, [sealed]);
  expect([textOf(first!.userMetadata!.summary), textOf(first!.memo!.fields.a)]).toEqual(['a marker', 'a marker']);
  expect(textOf(second!.input!.payloads[0]!)).toBe(textOf(LARGE));
  for (const each of [second!.failure!, second!.failure!.cause])
    expect(each).toMatchObject({ message: 'm', stackTrace: 's', encodedAttributes: null });
});
