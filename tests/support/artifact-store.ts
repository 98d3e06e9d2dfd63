import { createHash, randomBytes } from 'node:crypto';
import type { ArtifactStore } from '../../core/events/live.js';

/** What the suite needs of a store, beside the store itself, to be able to hurt it. */
export interface StoreUnderTest {
  store: ArtifactStore;
  /** Another instance over the same contents, as a second process has. */
  again(): ArtifactStore;
  /** Changes what is stored, behind the store's back. */
  damage(org: string, id: string): Promise<void>;
  /** A process begins to store these bytes and dies before it is done. */
  dieWriting(org: string, bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

const PLAIN = 'text/plain; charset=utf-8';
const idOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
/** Names that are easily confused with one another, or with places outside of the store. */
const ORGS = ['acme', 'Acme', 'acme%2f', 'a/c', 'a', 'a%2Fc', '..', '.', '', '../acme', 'acme/..', 'ørg', '組織'];

/** What every artifact store must do, whatever it is made of. */
export function describeArtifactStore(name: string, make: () => Promise<StoreUnderTest>): void {
  describe(`artifacts in ${name}`, () => {
    let under: StoreUnderTest;
    beforeEach(async () => void (under = await make()));
    afterEach(() => under.close());

    test.each([
      ['text', Buffer.from('hello'), PLAIN],
      ['nothing', Buffer.alloc(0), 'application/octet-stream'],
      ['line breaks at its start', Buffer.from('\n\r\n\n'), PLAIN],
      ['every byte', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), 'application/x-bytes'],
      ['what has no media type', Buffer.from('?'), ''],
      ['8 MiB', randomBytes(8 * 1024 * 1024), 'video/mp4'],
    ])('%s comes back as it was, under its media type', async (_what, bytes, mediaType) => {
      expect(await under.store.put('acme', bytes, mediaType)).toEqual({ id: idOf(bytes), size: bytes.length });
      expect(await readBack(under.store, 'acme', idOf(bytes))).toEqual({ id: idOf(bytes), mediaType });
      expect(await readBack(under.again(), 'acme', idOf(bytes))).toEqual({ id: idOf(bytes), mediaType });
    });

    test('a view of a larger buffer is stored without what surrounds it', async () => {
      const inner = Buffer.from('before inner after').subarray(7, 12);
      const { id } = await under.store.put('acme', inner, PLAIN);
      expect(Buffer.from((await under.store.get('acme', id))!.bytes).toString()).toBe('inner');
    });

    test('the same content has the same address, and stays when it is stored again', async () => {
      const first = await under.store.put('acme', Buffer.from('same'), PLAIN);
      const second = await under.again().put('acme', Buffer.from('same'), PLAIN);
      expect(second).toEqual(first);
      expect(await readBack(under.store, 'acme', first.id)).toEqual({ id: first.id, mediaType: PLAIN });
      expect((await under.store.put('acme', Buffer.from('other'), PLAIN)).id).not.toBe(first.id);
    });

    test('an org sees nothing of another, whatever their names', async () => {
      for (const owner of ORGS) {
        const { id } = await under.store.put(owner, Buffer.from(`of ${owner}`), PLAIN);
        const readers = [];
        for (const org of ORGS) if (await under.store.get(org, id)) readers.push(org);
        expect(readers).toEqual([owner]);
      }
    });

    test('content that two orgs have is each org’s own', async () => {
      const { id } = await under.store.put('acme', Buffer.from('shared'), PLAIN);
      expect(await under.store.get('other', id)).toBeUndefined();
      await under.store.put('other', Buffer.from('shared'), PLAIN);
      await under.damage('other', id);
      expect(await readBack(under.store, 'acme', id)).toEqual({ id, mediaType: PLAIN });
    });

    test.each([
      ['an address that nothing has', idOf(Buffer.from('never stored'))],
      ['no hash', 'sha256:'],
      ['a short hash', 'sha256:abc'],
      ['capitals', idOf(Buffer.from('x')).toUpperCase()],
      ['another scheme', `md5:${'0'.repeat(64)}`],
      ['a path', 'sha256:../../../../etc/passwd'],
      ['a path after the hash', `${idOf(Buffer.from('x'))}/../x`],
      ['a line break after the hash', `${idOf(Buffer.from('x'))}\n`],
      ['nothing', ''],
    ])('%s names no artifact', async (_what, id) => {
      await under.store.put('acme', Buffer.from('x'), PLAIN);
      expect(await under.store.get('acme', id)).toBeUndefined();
    });

    test('damaged content is refused, not handed out', async () => {
      const { id } = await under.store.put('acme', Buffer.from('precious'), PLAIN);
      await under.damage('acme', id);
      await expect(under.again().get('acme', id)).rejects.toMatchObject({ code: 'ARTIFACT_UNAVAILABLE' });
    });

    test('a writer that dies leaves nothing to be seen, and the next one succeeds', async () => {
      const bytes = randomBytes(32 * 1024 * 1024);
      await under.dieWriting('acme', bytes);
      expect(await under.store.get('acme', idOf(bytes))).toBeUndefined();
      await under.store.put('acme', bytes, 'application/x-late');
      expect(await readBack(under.store, 'acme', idOf(bytes))).toEqual({
        id: idOf(bytes),
        mediaType: 'application/x-late',
      });
    });

    test('many writers of the same content end with one artifact, and readers meanwhile see all of it or nothing', async () => {
      const bytes = randomBytes(1024 * 1024);
      const stores = Array.from({ length: 4 }, () => under.again());
      let writing = true;
      const seen = new Set<string | undefined>();
      const reader = async () => {
        while (writing) seen.add((await readBack(under.store, 'acme', idOf(bytes)))?.id);
      };
      const readers = Promise.all([reader(), reader()]);
      const puts = stores.flatMap((store) => [1, 2, 3].map(() => store.put('acme', bytes, PLAIN)));
      const ids = await Promise.all(puts).finally(() => (writing = false));
      await readers;
      expect(new Set(ids.map(({ id }) => id))).toEqual(new Set([idOf(bytes)]));
      expect([undefined, idOf(bytes)]).toEqual(expect.arrayContaining([...seen]));
      expect(await readBack(under.store, 'acme', idOf(bytes))).toEqual({ id: idOf(bytes), mediaType: PLAIN });
    });

    test('many writers of different contents do not disturb each other', async () => {
      const contents = Array.from({ length: 50 }, (_, n) => Buffer.from(`content ${n}`));
      const stored = await Promise.all(contents.map((bytes) => under.store.put('acme', bytes, PLAIN)));
      for (const [n, { id }] of stored.entries())
        expect(Buffer.from((await under.store.get('acme', id))!.bytes).toString()).toBe(`content ${n}`);
    });
  });
}

/** Its hash stands for the content: a difference in megabytes is nothing to print. */
async function readBack(
  store: ArtifactStore,
  org: string,
  id: string,
): Promise<{ id: string; mediaType: string } | undefined> {
  const found = await store.get(org, id);
  return found && { id: idOf(found.bytes), mediaType: found.mediaType };
}
