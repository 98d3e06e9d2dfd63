import type { Client } from '@temporalio/client';
import { decodeArrayFromPayloads } from '@temporalio/common/lib/internal-non-workflow/index.js';
import type { temporal } from '@temporalio/proto';
import { Fold, type HistoryFact } from '../../core/engine/fold.js';
import type { RunStart } from '../../core/engine/state.js';
import type { Walk } from '../../core/engine/walk.js';
import type { RunEvent } from '../../core/events/event.js';
import type { RunHeader, RunView } from '../../core/events/view.js';
import { Fault } from '../../core/fault.js';
import { FactReader, type HistoryEvent } from './facts.js';
import { faultOf } from './faults.js';

type Page = temporal.api.workflowservice.v1.IGetWorkflowExecutionHistoryResponse;

/**
 * Follows one run: reads its history, across continue-as-new, and folds it. One history call at a time; `next` long-polls.
 * Reading again is harmless: events that were seen are passed over by their id.
 */
export class HistoryFollower {
  readonly events: RunEvent[] = [];
  /** The Temporal runs that the run consists of, with their events as Temporal gave them; empty unless asked to keep them. */
  readonly executions: { run_id: string; events: HistoryEvent[] }[] = [];
  private readonly keep: boolean;
  private readonly client: Client;
  private readonly header: RunHeader;
  private fold: Fold | undefined;
  private reader: FactReader | undefined;
  /** The Temporal run being read, and the last event taken from it. */
  private execution: string | undefined;
  private lastEvent = 0;
  private pollToken: Uint8Array | null = null;

  constructor(client: Client, header: RunHeader, { keep = false }: { keep?: boolean } = {}) {
    this.client = client;
    this.header = header;
    this.keep = keep;
  }

  get closed(): boolean {
    return this.fold?.closed ?? false;
  }

  /** Reads all that history holds now. Throws NOT_FOUND while the run has not been started. */
  async catchUp(): Promise<RunEvent[]> {
    const news: RunEvent[] = [];
    await this.findFirst();
    for (let token: Uint8Array | null = null; !this.closed; ) {
      const execution: string = this.execution!;
      const page: Page = await this.page(token, false);
      news.push(...(await this.take(page)));
      if (execution !== this.execution) token = null;
      else if (page.nextPageToken?.length) token = page.nextPageToken;
      else break;
    }
    return news;
  }

  /** Waits for more history; none when the poll timed out or was aborted. */
  async next(signal: AbortSignal): Promise<RunEvent[]> {
    await this.findFirst();
    if (this.closed || signal.aborted) return [];
    const execution = this.execution;
    try {
      const page = await this.client.connection.withAbortSignal(signal, () => this.page(this.pollToken, true));
      this.pollToken = page.nextPageToken?.length ? page.nextPageToken : null;
      const news = await this.take(page);
      if (execution !== this.execution) this.pollToken = null;
      return news;
    } catch (err) {
      if (signal.aborted) return [];
      this.pollToken = null; // whatever ailed the poll, the token may be a part of it
      throw err;
    }
  }

  /** Whoever takes it changes nothing of it. */
  walk(): Walk {
    if (!this.fold) throw new Fault('NOT_FOUND', `nothing is known of run ${this.header.id} yet`);
    return this.fold.walk;
  }

  view(): RunView {
    if (!this.fold) throw new Fault('NOT_FOUND', `nothing is known of run ${this.header.id} yet`);
    return this.fold.view();
  }

  /** The run may have continued as new before we looked: its story begins with its first execution. */
  private async findFirst(): Promise<void> {
    if (this.execution !== undefined) return;
    const page = await this.page(null, false, 1);
    const started = page.history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    this.execution = started?.firstExecutionRunId || started?.originalExecutionRunId || '';
  }

  private async page(token: Uint8Array | null, wait: boolean, size = 0): Promise<Page> {
    try {
      return await this.client.workflowService.getWorkflowExecutionHistory({
        namespace: this.client.options.namespace,
        execution: { workflowId: this.header.id, ...(this.execution ? { runId: this.execution } : {}) },
        waitNewEvent: wait,
        ...(size > 0 ? { maximumPageSize: size } : {}),
        ...(token ? { nextPageToken: token } : {}),
      });
    } catch (err) {
      throw faultOf(err, `run ${this.header.id}`);
    }
  }

  private async take(page: Page): Promise<RunEvent[]> {
    const facts: HistoryFact[] = [];
    let continuedAs: string | undefined;
    for (const event of page.history?.events ?? []) {
      const id = Number(event.eventId);
      if (id <= this.lastEvent) continue;
      this.lastEvent = id;
      if (this.keep) this.kept(event, id);
      if (!this.fold) await this.begin(event);
      this.reader ??= new FactReader(this.client.options.loadedDataConverter, this.header.id);
      const fact = await this.reader.read(event);
      if (fact) facts.push(fact);
      continuedAs = event.workflowExecutionContinuedAsNewEventAttributes?.newExecutionRunId ?? continuedAs;
    }
    const news = this.fold?.apply(facts) ?? [];
    for (const event of news) this.events.push(event);
    if (continuedAs) Object.assign(this, { execution: continuedAs, lastEvent: 0, reader: undefined });
    return news;
  }

  private kept(event: HistoryEvent, id: number): void {
    if (id === 1) this.executions.push({ run_id: this.execution!, events: [] });
    this.executions.at(-1)!.events.push(event);
  }

  private async begin(event: HistoryEvent): Promise<void> {
    const payloads = event.workflowExecutionStartedEventAttributes?.input?.payloads;
    const [start] = await decodeArrayFromPayloads(this.client.options.loadedDataConverter, payloads);
    this.fold = new Fold(this.header, start as RunStart);
  }
}
