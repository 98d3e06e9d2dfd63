import { WebSocket } from 'ws';
import type { RunView } from '../../core/events/view.js';

export interface Frame {
  id?: string;
  type: string;
  time?: string;
  data: Record<string, unknown> & { node_key?: string; status?: string; attempt?: number; ephemeral?: boolean };
}

/** A WebSocket client that remembers its cursor and connects again from there, whatever becomes of the API. */
export class Watcher {
  readonly frames: Frame[] = [];
  snapshot: RunView | undefined;
  connections = 0;
  /** With which code each connection was closed. */
  readonly codes: number[] = [];
  ended = false;
  private cursor: string | undefined;
  private socket: WebSocket | undefined;
  private waiting: (() => void)[] = [];
  private closed = false;
  private readonly path: string;
  private api: { api: string; token: string };

  /** `after`: undefined for a snapshot first, '0' for everything from the beginning. */
  constructor(api: { api: string; token: string }, runId: string, after?: string) {
    this.api = { api: api.api, token: api.token };
    this.path = `/api/v1/ws/workflow_runs/${runId}`;
    this.cursor = after;
    this.connect();
  }

  get durable(): Frame[] {
    return this.frames.filter(({ data }) => data.ephemeral !== true);
  }

  async until(holds: (watcher: Watcher) => boolean): Promise<this> {
    while (!holds(this)) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return this;
  }

  end(): Promise<this> {
    return this.until(({ ended }) => ended);
  }

  /** The API has another address now. */
  moveTo({ api, token }: { api: string; token: string }): void {
    this.api = { api, token };
  }

  close(): void {
    this.closed = true;
    this.socket?.terminate();
  }

  private connect(): void {
    if (this.closed || this.ended) return;
    const { api, token } = this.api;
    const after = this.cursor === undefined ? '' : `?after=${encodeURIComponent(this.cursor)}`;
    const socket = new WebSocket(`${api.replace('http', 'ws')}${this.path}${after}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    this.socket = socket;
    socket.on('open', () => this.connections++);
    socket.on('message', (data) => this.take(JSON.parse((data as Buffer).toString()) as Frame));
    socket.on('error', () => undefined); // a close follows
    socket.on('close', (code) => {
      this.codes.push(code);
      if (code === 1000) this.ended = true;
      else setTimeout(() => this.connect(), 50);
      this.wake();
    });
  }

  private take(frame: Frame): void {
    if (frame.id !== undefined) this.cursor = frame.id;
    if (frame.type === 'snapshot') this.snapshot = frame.data as unknown as RunView;
    else this.frames.push(frame);
    this.wake();
  }

  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
