import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { builtFrom, sourceHash, STAMP } from './stamp.js';

let root: string;
const write = async (file: string, content: string): Promise<void> => {
  await mkdir(path.dirname(path.join(root, file)), { recursive: true });
  await writeFile(path.join(root, file), content);
};

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'heddle-stamp-'));
  for (const file of [
    'web/src/main.tsx',
    'core/json.ts',
    'scripts/web/build.ts',
    'scripts/build-web.ts',
    'package-lock.json',
    'tsconfig.json',
  ])
    await write(file, file);
});
afterEach(() => rm(root, { recursive: true }));

test.each([
  ['web/src/main.tsx', 'changed'],
  ['web/src/new.css', 'a{}'],
  ['core/json.ts', 'changed'],
  ['package-lock.json', '{}'],
])('a change of %s asks for another build', async (file, content) => {
  const before = sourceHash(root);
  expect(sourceHash(root)).toBe(before);
  await write(file, content);
  expect(sourceHash(root)).not.toBe(before);
});

test.each(['web/dist/index.html', 'web/src/a.test.tsx', 'core/json.test.ts', 'web/docs/index.html', 'README.md'])(
  'a change of %s does not',
  async (file) => {
    const before = sourceHash(root);
    await write(file, 'changed');
    expect(sourceHash(root)).toBe(before);
  },
);

test('a build says what it was made of; without one nothing does', async () => {
  expect(builtFrom(path.join(root, 'web/dist'))).toBeUndefined();
  await write(`web/dist/${STAMP}`, 'abc');
  expect(builtFrom(path.join(root, 'web/dist'))).toBe('abc');
});
