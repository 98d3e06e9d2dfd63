import type { Page } from 'playwright-core';

export interface Frames {
  count: number;
  /** ms between two frames. */
  p50: number;
  p95: number;
  longest: number;
  /** Tasks over 50 ms (Long Tasks API), and how long they took together. */
  longTasks: number;
  blockedMs: number;
}

/** What the page's frames were like while `act` went on. */
export async function framesOf(page: Page, act: () => Promise<void>): Promise<Frames> {
  await page.evaluate(`(() => {
    const seen = (window.__frames = { times: [], tasks: [], on: true });
    const observer = new PerformanceObserver((list) => seen.tasks.push(...list.getEntries().map((each) => each.duration)));
    observer.observe({ type: 'longtask' });
    const next = (at) => { if (!seen.on) return observer.disconnect(); seen.times.push(at); requestAnimationFrame(next); };
    requestAnimationFrame(next);
  })()`);
  await act();
  const { times, tasks } = await page.evaluate<{ times: number[]; tasks: number[] }>(
    '((seen) => { seen.on = false; return { times: seen.times, tasks: seen.tasks }; })(window.__frames)',
  );
  const gaps = times
    .slice(1)
    .map((at, i) => at - times[i]!)
    .sort((a, b) => a - b);
  const at = (share: number): number => gaps[Math.min(gaps.length - 1, Math.floor(gaps.length * share))] ?? 0;
  return {
    ...{ count: gaps.length, p50: at(0.5), p95: at(0.95), longest: gaps.at(-1) ?? 0 },
    ...{ longTasks: tasks.length, blockedMs: tasks.reduce((sum, each) => sum + each, 0) },
  };
}

export const GRAPH = '[aria-label^="Graph of"]';

/** Drags the graph about, as a hand would: to and fro, `steps` moves in all. */
export async function drag(page: Page, steps = 120): Promise<void> {
  const box = await page.locator(GRAPH).boundingBox();
  if (!box) throw new Error('there is no graph to drag');
  const [x, y] = [box.x + box.width / 2, box.y + box.height - 40];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let i = 0; i < steps; i++) await page.mouse.move(x + 220 * Math.sin(i / 9), y - 120 * (1 - Math.cos(i / 13)));
  await page.mouse.up();
}
