import { writeFile } from 'node:fs/promises';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { setUp } from '../tests/support/global-setup.js';
import { carryOut, FIRES } from '../tests/support/fires.js';
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

/** The shape whose limiters are recorded, too. */
const LIMITS = 'limits-of-nodes-and-of-the-run';
const tearDown = await setUp();
const stage = await openStage(scriptedActivities());
try {
  for (const { name, plan, input, signed, act } of SHAPES.filter((shape) => shape.name.includes(part))) {
    const header = await stage.start(plan, input ?? {}, signed ? stage.signing : stage.engine);
    const handle = stage.client.workflow.getHandle(header.id);
    await act?.(stage, header.id);
    await handle.result().catch(() => undefined);
    const file = new URL(`../tests/replay/histories/${release}-${name}.json`, import.meta.url);
    const history = await historyOf(header.id);
    await writeFile(file, `${JSON.stringify({ query: await handle.query('view'), header, history })}\n`);
    console.log(name);
  }
  if (SHAPES.some(({ name }) => name === LIMITS && name.includes(part)))
    for (const limit of ['recorded/ann', 'recorded-too']) {
      const id = `limit/org_test/${limit}`;
      await stage.client.workflow.getHandle(id).result();
      const file = new URL(`../tests/replay/limiters/${release}-${limit.replace('/', '-')}.json`, import.meta.url);
      await writeFile(file, `${JSON.stringify({ id, history: await historyOf(id) })}\n`);
      console.log(`limiter: ${limit}`);
    }
  for (const kind of FIRES.filter((kind) => part === '' || kind === part)) {
    const id = await carryOut(stage, kind);
    const file = new URL(`../tests/replay/fires/${release}-${kind}.json`, import.meta.url);
    await writeFile(file, `${JSON.stringify({ id, history: await historyOf(id) })}\n`);
    console.log(`fire: ${kind}`);
  }
} finally {
  await stage.close();
  await tearDown();
}
process.exit();

async function historyOf(workflowId: string): Promise<unknown> {
  const history = await stage.client.workflow.getHandle(workflowId).fetchHistory();
  return JSON.parse(historyToJSON(history), impersonal);
}
