import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describeArtifactStore } from '../../tests/support/artifact-store.js';
import { FileArtifacts } from './file.js';

const MODULE = fileURLToPath(new URL('file.ts', import.meta.url));
const node = (code: string): string[] => ['--import', 'tsx', '--input-type=module', '--eval', code];

const roots: string[] = [];
const newRoot = async (): Promise<string> => {
  const outer = await mkdtemp(path.join(tmpdir(), 'heddle-artifacts-'));
  roots.push(outer);
  return path.join(outer, 'store');
};
afterAll(() => Promise.all(roots.map((root) => rm(root, { recursive: true, force: true }))));

const filesIn = async (root: string): Promise<string[]> =>
  (await readdir(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));

/** Where the store has put the content of that address. */
async function fileOf(root: string, org: string, id: string): Promise<string> {
  const named = (await filesIn(root)).filter((file) => file.endsWith(id.slice('sha256:'.length)));
  return named.find((file) => path.relative(root, file).startsWith(`@${org}${path.sep}`))!;
}

describeArtifactStore('files', async () => {
  const root = await newRoot();
  return {
    store: new FileArtifacts(root),
    again: () => new FileArtifacts(root),
    /** One bit of the content. */
    async damage(org, id) {
      const file = await fileOf(root, org, id);
      const content = await readFile(file);
      content[content.length - 1]! ^= 1;
      await writeFile(file, content);
    },
    /** The writer kills itself as soon as there is a file to write to. */
    async dieWriting(org, bytes) {
      const code = `
        import { mkdirSync, readdirSync } from 'node:fs';
        import { FileArtifacts } from ${JSON.stringify(MODULE)};
        const bytes = [];
        for await (const chunk of process.stdin) bytes.push(chunk);
        mkdirSync(${JSON.stringify(root)});
        const files = () => readdirSync(${JSON.stringify(root)}, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
        void new FileArtifacts(${JSON.stringify(root)}).put(${JSON.stringify(org)}, Buffer.concat(bytes), 'text/plain');
        (function watch() { if (files().length > 0) process.kill(process.pid, 'SIGKILL'); setImmediate(watch); })();`;
      const writer = spawn(process.execPath, node(code), { stdio: ['pipe', 'ignore', 'inherit'] });
      writer.stdin.end(bytes);
      expect(await once(writer, 'exit')).toEqual([null, 'SIGKILL']);
      expect(await filesIn(root)).toHaveLength(1);
    },
    close: () => rm(root, { recursive: true, force: true }),
  };
});

test.each([0, 7, 14])('a file that was cut off after %i bytes is refused', async (length) => {
  const root = await newRoot();
  const { id } = await new FileArtifacts(root).put('acme', Buffer.from('precious'), 'text/plain');
  await truncate(await fileOf(root, 'acme', id), length);
  await expect(new FileArtifacts(root).get('acme', id)).rejects.toMatchObject({ code: 'ARTIFACT_UNAVAILABLE' });
});

test('content that was damaged is whole again when it is stored again', async () => {
  const root = await newRoot();
  const store = new FileArtifacts(root);
  const { id } = await store.put('acme', Buffer.from('precious'), 'text/plain');
  await truncate(await fileOf(root, 'acme', id), 0);
  await store.put('acme', Buffer.from('precious'), 'text/plain');
  expect(Buffer.from((await store.get('acme', id))!.bytes).toString()).toBe('precious');
});

test('a disk that fills up in the middle of a file is an error, and leaves no file behind', async () => {
  const root = await newRoot();
  const code = `
    import { FileArtifacts } from ${JSON.stringify(MODULE)};
    const put = new FileArtifacts(${JSON.stringify(root)}).put('acme', Buffer.alloc(4_000_000), 'text/plain');
    console.log(await put.then(() => 'stored', (err) => err.code + ' ' + err.cause.code));`;
  // No file may grow beyond 2 MB, so the write stops half-way as it does on a full disk.
  const { stdout } = await promisify(execFile)('sh', [
    '-c',
    'ulimit -f 4000; exec "$0" "$@"',
    process.execPath,
    ...node(code),
  ]);
  expect(stdout.trim()).toBe('ARTIFACT_UNAVAILABLE EFBIG');
  expect(await filesIn(root)).toEqual([]);
});

test('a folder that is none can be neither written nor read', async () => {
  const root = await newRoot();
  await writeFile(root, '');
  const store = new FileArtifacts(root);
  await expect(store.put('acme', Buffer.from('x'), '')).rejects.toMatchObject({ code: 'ARTIFACT_UNAVAILABLE' });
  await expect(store.get('acme', `sha256:${'0'.repeat(64)}`)).rejects.toMatchObject({ code: 'ARTIFACT_UNAVAILABLE' });
});

test('a media type can not break out of its line', async () => {
  const store = new FileArtifacts(await newRoot());
  const { id } = await store.put('acme', Buffer.from('x'), 'text/plain\nx: y\r\n\0ü');
  const found = await store.get('acme', id);
  expect(Buffer.from(found!.bytes).toString()).toBe('x');
  expect(found!.mediaType).toMatch(/^[\x20-\x7e]*$/);
});

test('files are for their owner alone', async () => {
  const root = await newRoot();
  const { id } = await new FileArtifacts(root).put('acme', Buffer.from('x'), 'text/plain');
  const { mode } = await stat(await fileOf(root, 'acme', id));
  expect(mode & 0o077).toBe(0);
});
