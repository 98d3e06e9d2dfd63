import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleWorkflowCode, type Logger } from '@temporalio/worker';
import { bundling, workflowsPath } from '../../workers/engine/workflows.js';
import { ROOT } from './state.js';

/** A running stack may still want the one before. */
const KEPT = 5;
const SOURCES = ['core', 'workflows'];
const quiet = new Proxy({} as Logger, { get: () => () => undefined });

/** The workflows as one file for workers, made anew only when their source has changed; answers the file. */
export async function workflowBundle(folder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const settings of ['package-lock.json', 'workers/engine/workflows.ts'])
    hash.update(readFileSync(path.join(ROOT, settings)));
  for (const source of SOURCES) {
    const files = readdirSync(path.join(ROOT, source), { recursive: true, encoding: 'utf8' }).sort();
    for (const file of files.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts')))
      hash.update(`${source}/${file}\n`).update(readFileSync(path.join(ROOT, source, file)));
  }
  const file = path.join(folder, `workflows-${hash.digest('hex').slice(0, 16)}.js`);
  if (existsSync(file)) return file;
  const { code } = await bundleWorkflowCode({ workflowsPath, ...bundling, logger: quiet });
  mkdirSync(folder, { recursive: true });
  const old = readdirSync(folder).filter((name) => /^workflows-.*\.js$/.test(name));
  for (const name of old.slice(0, -KEPT)) rmSync(path.join(folder, name));
  writeFileSync(`${file}.${process.pid}`, code);
  renameSync(`${file}.${process.pid}`, file);
  return file;
}
