import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { Visitors } from '../tests/support/browser.js';
import { type E2E, openE2E } from '../tests/support/e2e.js';
import { setUp } from '../tests/support/global-setup.js';
import { drag, type Frames, framesOf, GRAPH } from './web/bench/frames.js';
import { layered, steady } from './web/bench/specs.js';
import { buildWeb, WEB_DIST } from './web/build.js';

/**
 * `npm run bench:web [-- --rounds 3] [--json FILE]`: how the web app loads and moves, in headless Chromium before the real stack: a run of 2,000 nodes
 * that is opened and dragged, a run with some hundred events a second that is watched, and what a first load weighs. Times are medians in ms.
 */
const NODES = 2000;
const STEADY = { waits: 600, perSecond: 30 };

const { values: options } = parseArgs({
  options: { rounds: { type: 'string', default: '3' }, json: { type: 'string' } },
});
const rounds = Number(options.rounds);
const median = (values: number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
/** Nodes stand on the screen: as elements, or all of them on the canvas. */
const ready = (page: Page) => page.locator(`${GRAPH} canvas, ${GRAPH} .react-flow__node`).first().waitFor();

/** From the address being entered until the graph stands. */
async function opened(page: Page, to: string): Promise<number> {
  await page.goto('about:blank');
  const began = performance.now();
  await page.goto(to, { waitUntil: 'commit' });
  await ready(page);
  return performance.now() - began;
}

async function large(heddle: E2E, page: Page) {
  await heddle.apply(layered('layered', NODES));
  const run = await heddle.run('layered');
  await heddle.finished(run);
  const open: number[] = [];
  const pans: Frames[] = [];
  for (let round = 0; round < rounds; round++) {
    open.push(await opened(page, `/runs/${run}`));
    pans.push(await framesOf(page, () => drag(page)));
  }
  return { nodes: NODES, open_ms: median(open), pan: framesMedian(pans) };
}

async function live(heddle: E2E, page: Page) {
  await heddle.apply(steady('steady', STEADY));
  let messages = 0;
  page.on('websocket', (socket) => socket.on('framereceived', () => messages++));
  const watched: Frames[] = [];
  let seconds = 0;
  for (let round = 0; round < rounds; round++) {
    const run = await heddle.run('steady');
    await page.goto(`/runs/${run}`);
    await ready(page);
    const began = performance.now();
    watched.push(await framesOf(page, async () => void (await heddle.finished(run))));
    seconds += (performance.now() - began) / 1000;
  }
  return { events_per_second: Math.round(messages / seconds), frames: framesMedian(watched) };
}

const framesMedian = (all: Frames[]): Frames =>
  Object.fromEntries(
    (Object.keys(all[0]!) as (keyof Frames)[]).map((key) => [
      key,
      Math.round(median(all.map((each) => each[key])) * 10) / 10,
    ]),
  ) as unknown as Frames;

/** KiB after gzip of what the first page asks for, and of every script. */
function sizes() {
  const page = readFileSync(path.join(WEB_DIST, 'index.html'), 'utf8');
  const gzip = (file: string): number => gzipSync(readFileSync(path.join(WEB_DIST, file)), { level: 9 }).length / 1024;
  const first = [...page.matchAll(/(?:src|href)="\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => file!);
  const scripts = readdirSync(path.join(WEB_DIST, 'assets')).filter((file) => file.endsWith('.js'));
  return {
    first_load_kib: Math.round(first.reduce((sum, file) => sum + gzip(file), 0)),
    scripts: Object.fromEntries(scripts.map((file) => [file, Math.round(gzip(`assets/${file}`) * 10) / 10])),
  };
}

const tearDown = await setUp();
await buildWeb({ say: console.error });
const heddle = await openE2E();
const visitors = await Visitors.open();
try {
  const { page } = await visitors.visitor(heddle.api, heddle.token);
  const figures = { large: await large(heddle, page), live: await live(heddle, page), sizes: sizes() };
  console.log(JSON.stringify(figures, null, 2));
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
} finally {
  await visitors.close();
  await heddle.close();
  await tearDown();
}
process.exit();
