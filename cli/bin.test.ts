import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fakeApi } from '../tests/support/fake-api.js';

/** The command as users run it: a process, its exit code, its two streams. */
const bin = fileURLToPath(new URL('./bin.mjs', import.meta.url));

async function spawned(
  args: string[],
  cwd: string,
  script = bin,
): Promise<{ code: number; out: string; said: string }> {
  const { HEDDLE_API: _api, HEDDLE_TOKEN: _token, NODE_OPTIONS: _options, ...env } = process.env;
  const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, said };
}

test('finds the stack by .heddle/dev.json above it', async () => {
  const server = await fakeApi({ 'GET /workflow_runs?limit=20': { json: { items: [], next_cursor: null } } });
  const root = mkdtempSync(join(tmpdir(), 'heddle-cli-'));
  mkdirSync(join(root, '.heddle'));
  mkdirSync(join(root, 'deep', 'er'), { recursive: true });
  writeFileSync(join(root, '.heddle', 'dev.json'), JSON.stringify({ api: server.api, token: 'dev' }));
  expect(await spawned(['runs'], join(root, 'deep', 'er'))).toEqual({ code: 0, out: 'no runs\n', said: '' });
  expect(server.received[0]!.headers.authorization).toBe('Bearer dev');
  // The local token stays with the local stack.
  expect((await spawned(['runs', '--api', 'http://127.0.0.1:1'], root)).said).toContain(
    'no token for http://127.0.0.1:1',
  );
  await server.stop();
});

test('nobody there: exit 3; a wrong command: exit 2; help: exit 0', async () => {
  const nowhere = mkdtempSync(join(tmpdir(), 'heddle-cli-'));
  const refused = await spawned(['runs', '--api', 'http://127.0.0.1:1', '--token', 't'], nowhere);
  expect(refused).toMatchObject({ code: 3, out: '' });
  expect(refused.said).toContain('no answer from http://127.0.0.1:1');
  expect((await spawned(['fly'], nowhere)).code).toBe(2);
  const help = await spawned(['--help'], nowhere);
  expect(help.code).toBe(0);
  expect(help.out).toContain('validate');
});

test('works through a link, as npx calls it', async () => {
  const link = join(mkdtempSync(join(tmpdir(), 'heddle-cli-')), 'heddle');
  symlinkSync(bin, link);
  expect((await spawned(['--help'], tmpdir(), link)).out).toContain('validate');
});

test.each(['bash', 'zsh', 'fish'])('the %s completion offers commands', async (shell) => {
  const { code, out } = await spawned(['completion', shell], tmpdir());
  expect(code).toBe(0);
  expect(out).toContain('__complete');
  expect((await spawned(['__complete', '--', 'va'], tmpdir())).out).toBe('validate\n');
});
