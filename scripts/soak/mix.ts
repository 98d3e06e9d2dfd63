import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './api.js';
import { type Kind, kindsOf } from './kinds.js';
import type { Stack } from './stack.js';
import { watch, type Watched } from './watch.js';

/** A run that was accepted, and what must become of it. */
export interface Intent {
  run: string;
  kind: Kind;
}

export interface Mix {
  intents: Intent[];
  watched: Watched[];
  /** What a client was answered that it should not have been. */
  complaints: string[];
  /** Starts no more; what was asked for is seen through. Gates are decided until `close`. */
  stop(): Promise<void>;
  /** Resolves when all watchers have seen their run's end, or after that long. */
  close(ms: number): Promise<void>;
}

/** Of so many runs, one is watched. */
const WATCHED = 3;
const GATES_MS = 1_000;
const CANCEL_MS = 1_500;

/** Starts runs of all kinds, in turn, so many a second, and does what people do with them. */
export async function startMix(
  stack: Stack,
  { worldUrl, perSecond }: { worldUrl: string; perSecond: number },
): Promise<Mix> {
  const { api } = stack;
  const kinds = kindsOf(worldUrl);
  for (const { spec } of kinds) await ask(api, 'POST', '/workflows', { body: spec });
  const mix: Pick<Mix, 'intents' | 'watched' | 'complaints'> = { intents: [], watched: [], complaints: [] };
  const starting = new AbortController();
  const all = new AbortController();
  const under = new Set<Promise<void>>();
  const follow = (work: Promise<void>): void => {
    const kept = work
      .catch((err: unknown) => void mix.complaints.push((err as Error).message))
      .finally(() => under.delete(kept));
    under.add(kept);
  };

  const one = async (n: number): Promise<void> => {
    const kind = kinds[n % kinds.length]!;
    const { id: run } = await ask<{ id: string }>(api, 'POST', `/workflows/${kind.name}/run`, {
      body: {},
      key: randomUUID(),
    });
    mix.intents.push({ run, kind });
    if (n % WATCHED === 0) {
      const watched: Watched = { run, by: (n / WATCHED) % 2 === 0 ? 'sse' : 'ws', cursors: [], ended: false };
      mix.watched.push(watched);
      watching.push(watch(api, watched, all.signal));
    }
    if (kind.act !== 'cancel') return;
    await sleep(CANCEL_MS);
    // A repeated request may find it cancelled by the first, whose answer was lost.
    await ask(api, 'POST', `/workflow_runs/${run}/cancel`, { body: {}, fine: [409] });
  };
  const watching: Promise<void>[] = [];

  const decide = async (): Promise<void> => {
    while (!all.signal.aborted) {
      await decideAll(stack, mix.intents).catch((err: unknown) => mix.complaints.push((err as Error).message));
      await sleep(GATES_MS);
    }
  };
  const deciding = decide();
  const pace = async (): Promise<void> => {
    for (let n = 0; !starting.signal.aborted; n++) {
      follow(one(n));
      await sleep(1000 / perSecond);
    }
  };
  const pacing = pace();
  return {
    ...mix,
    async stop() {
      starting.abort();
      await pacing;
      await Promise.all(under);
    },
    async close(ms) {
      await Promise.race([Promise.all(watching), sleep(ms, undefined, { ref: false })]);
      all.abort();
      await deciding;
    },
  };
}

/** As a person at the inbox: whatever is open is decided. */
async function decideAll({ api }: Stack, intents: Intent[]): Promise<void> {
  const { items } = await ask<{ items: { run_id: string; node_key: string }[] }>(
    api,
    'GET',
    '/gates?status=open&limit=100',
  );
  await Promise.all(
    items.map(async ({ run_id, node_key }) => {
      const act = intents.find(({ run }) => run === run_id)?.kind.act;
      if (act !== 'approve' && act !== 'deny') return; // its start was not answered yet
      const path = `/workflow_runs/${run_id}/nodes/${node_key}/decision`;
      await ask(api, 'POST', path, { body: { decision: act }, fine: [409] });
    }),
  );
}
