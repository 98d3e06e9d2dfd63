import { writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { setUp } from '../tests/support/global-setup.js';
import { scriptedActivities } from '../tests/support/scripted.js';
import { SHAPES } from '../tests/support/shapes.js';
import { openStage } from '../tests/support/workflow.js';

/**
 * Records the history of one run of each shape. Done once for each release that adds a shape; recorded histories are kept, since
 * runs with such histories may still be open somewhere. Usage: npm run record-histories -- <release> [part of a shape's name]
 */
const [release, part = ''] = process.argv.slice(2);
if (!release) throw new Error('name the release: npm run record-histories -- 0.1.0');
/** Leaves out what tells of the machine that recorded: replay needs none of it. */
const impersonal = (name: string, value: unknown): unknown =>
  name === 'identity' || name === 'stackTrace' ? '' : value;

const tearDown = await setUp();
const stage = await openStage(scriptedActivities());
try {
  for (const { name, plan, input, act } of SHAPES.filter((shape) => shape.name.includes(part))) {
    const header = await stage.start(plan, input ?? {});
    const handle = stage.client.workflow.getHandle(header.id);
    await act?.(stage, header.id);
    await handle.result().catch(() => undefined);
    const file = new URL(`../tests/replay/histories/${release}-${name}.json`, import.meta.url);
    const history = JSON.parse(historyToJSON(await handle.fetchHistory()), impersonal) as unknown;
    await writeFile(file, `${JSON.stringify({ query: await handle.query('view'), header, history })}\n`);
    console.log(name);
  }
} finally {
  await stage.close();
  await tearDown();
}
process.exit();
