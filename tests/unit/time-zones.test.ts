import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const script = fileURLToPath(new URL('../support/time-zone-values.ts', import.meta.url));

async function valuesUnder(TZ: string): Promise<{ offset: number; values: unknown }> {
  const { NODE_OPTIONS: _jestOnly, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { env: { ...env, TZ } });
  return JSON.parse(stdout) as { offset: number; values: unknown };
}

test('no expression depends on the time zone of the host', async () => {
  const [utc, ...others] = await Promise.all(['UTC', 'America/New_York', 'Australia/Lord_Howe'].map(valuesUnder));
  expect([utc!, ...others].map(({ offset }) => offset)).toEqual([0, 240, -630]); // the zones did differ
  for (const { values } of others) expect(values).toEqual(utc!.values);
});
