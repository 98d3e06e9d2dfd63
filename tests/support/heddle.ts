import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { main } from '../../cli/main.js';
import { PLAIN } from '../../cli/paint.js';
import { type Answer, fakeApi } from './fake-api.js';

/** Runs one command line against an API that answers as the test says, in a folder that holds these files. */
export async function commandLine(
  args: string[],
  answers: Record<string, Answer | Answer[]> = {},
  files: Record<string, string> = {},
) {
  const server = await fakeApi(answers);
  const out: string[] = [];
  const said: string[] = [];
  const cwd = mkdtempSync(join(tmpdir(), 'heddle-cli-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  const io = {
    out: (line: string) => void out.push(line),
    say: (line: string) => void said.push(line),
    paint: PLAIN,
    sayPaint: PLAIN,
    env: { HEDDLE_API: server.api, HEDDLE_TOKEN: 'key' },
    cwd,
  };
  const code = await main(args, io);
  await server.stop();
  return { code, out: out.join('\n'), said: said.join('\n'), received: server.received };
}
