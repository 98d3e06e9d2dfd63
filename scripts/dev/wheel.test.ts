import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { skipped } from '../../tests/support/skipped.js';
import { cachedWheel, complaint, wheel } from './wheel.js';

const hasPip = spawnSync('python3', ['-m', 'pip', '--version']).status === 0;
if (!hasPip) skipped('this machine has no python3 with pip, so bringing a wheel is not tested on it');
const withPip = hasPip ? test : test.skip;

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(path.join(tmpdir(), 'heddle-wheel-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A wheel made here, so that nothing is asked of the network: pip finds it by its settings, as it finds any index. */
async function makeWheel(): Promise<string> {
  const code = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    z.writestr('greeter/greet', '#!/bin/sh\\necho hello\\n')
    z.writestr('greeter-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: greeter\\nVersion: 1.0\\n')
    z.writestr('greeter-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr('greeter-1.0.dist-info/RECORD', '')
`;
  const file = path.join(folder, 'index', 'greeter-1.0-py3-none-any.whl');
  await mkdir(path.dirname(file));
  execFileSync('python3', ['-c', code, file]);
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex');
}

async function withIndex<T>(work: () => Promise<T>): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, { PIP_NO_INDEX: '1', PIP_FIND_LINKS: path.join(folder, 'index') });
  return work().finally(() => (process.env = before));
}

const greeter = () => ({ requirement: 'greeter==1.0', dir: path.join(folder, 'bin', 'greeter'), bin: 'greeter/greet' });

withPip('a program comes out of its wheel and runs, also when two bring it at once', async () => {
  const sha256 = await makeWheel();
  expect(await cachedWheel(greeter())).toBeUndefined();
  const [file, same] = await withIndex(() =>
    Promise.all([wheel({ ...greeter(), sha256 }), wheel({ ...greeter(), sha256 })]),
  );
  expect(same).toBe(file);
  expect(execFileSync(file, { encoding: 'utf8' })).toBe('hello\n');
  expect(await cachedWheel(greeter())).toBe(file);
  expect(await readdir(path.join(folder, 'bin'))).toEqual(['greeter']);
});

withPip('other content than was pinned is refused, and nothing of it stays', async () => {
  await makeWheel();
  await expect(withIndex(() => wheel({ ...greeter(), sha256: '0'.repeat(64) }))).rejects.toThrow(
    'what pip got is not what was pinned',
  );
  expect(await readdir(path.join(folder, 'bin'))).toEqual([]);
});

withPip('a wheel without the program is said to be one', async () => {
  const sha256 = await makeWheel();
  await expect(withIndex(() => wheel({ ...greeter(), sha256, bin: 'bin/greet' }))).rejects.toThrow(
    'greeter==1.0 has no bin/greet',
  );
});

test('without Python it says so', async () => {
  const before = process.env['PATH'];
  process.env['PATH'] = folder;
  try {
    await expect(wheel({ ...greeter(), sha256: '0'.repeat(64) })).rejects.toThrow('there is no python3');
  } finally {
    process.env['PATH'] = before;
  }
});

test.each([
  ['killed', { killed: true, stderr: '' }, 'pip did not end within 300 s'],
  ['no pip', { stderr: '/usr/bin/python3: No module named pip\n' }, 'python3 has no pip'],
  [
    'no wheel',
    { stderr: 'ERROR: Could not find x\nERROR: No matching distribution found for x==1\n' },
    'No matching distribution found for x==1',
  ],
  ['nothing said', { code: 1, stderr: '\n' }, 'pip ended with 1, without a word'],
])('what pip says becomes one line: %s', (_what, err, line) => {
  expect(complaint(err)).toBe(line);
});

withPip('a folder of an earlier version is replaced', async () => {
  const sha256 = await makeWheel();
  await mkdir(greeter().dir, { recursive: true });
  await writeFile(path.join(greeter().dir, 'old'), '');
  await withIndex(() => wheel({ ...greeter(), sha256 }));
  expect(await readdir(greeter().dir)).not.toContain('old');
});
