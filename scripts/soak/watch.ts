import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { FINAL } from '../../cli/client.js';
import { readEvents } from '../../cli/sse.js';
import { anyOf, type Api } from './api.js';

/** A client of a run's stream: it comes back with its cursor, to whichever API answers. */
export interface Watched {
  run: string;
  by: 'sse' | 'ws';
  /** Of durable events, in the order in which they came. */
  cursors: string[];
  ended: boolean;
}

interface Message {
  id?: string;
  type: string;
  data: { ephemeral?: boolean };
}

/** Follows from the very beginning to the run's end. */
export async function watch(api: Api, watched: Watched, stopped: AbortSignal): Promise<void> {
  const take = (message: Message): void => {
    if (message.id === undefined || message.data.ephemeral === true) return;
    watched.cursors.push(message.id);
    const [of, status = ''] = message.type.split('.');
    watched.ended ||= of === 'run' && FINAL.has(status);
  };
  while (!watched.ended && !stopped.aborted) {
    const after = `after=${encodeURIComponent(watched.cursors.at(-1) ?? '0')}`;
    try {
      await (watched.by === 'sse' ? overSse : overWs)(api, watched.run, after, take);
    } catch {
      // the API was killed, or is not up yet: come back
    }
    if (!watched.ended) await sleep(300);
  }
}

async function overSse(api: Api, run: string, after: string, take: (message: Message) => void): Promise<void> {
  const answer = await fetch(`${anyOf(api)}/api/v1/workflow_runs/${run}/events?${after}`, {
    headers: { authorization: `Bearer ${api.token}` },
  });
  if (!answer.ok || !answer.body) throw new Error(`status ${answer.status}`);
  for await (const { data } of readEvents(answer.body)) take(JSON.parse(data) as Message);
}

function overWs(api: Api, run: string, after: string, take: (message: Message) => void): Promise<void> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`${anyOf(api).replace('http', 'ws')}/api/v1/ws/workflow_runs/${run}?${after}`, {
      headers: { authorization: `Bearer ${api.token}` },
    });
    socket.on('message', (data) => take(JSON.parse((data as Buffer).toString()) as Message));
    socket.on('error', () => undefined); // a close follows
    socket.on('close', () => resolve());
  });
}
