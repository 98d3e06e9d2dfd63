import type { Client } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import {
  type Defined,
  type Granted,
  limiterId,
  type Place,
  type PlaceOf,
  type PlaceWish,
} from '../../core/contract/limits.js';
import { Fault } from '../../core/fault.js';
import { MAX_SHOWN_KEYS } from '../../core/limits.js';
import type { NodeStatus } from '../../core/engine/outcome.js';
import { RUN } from '../../core/engine/places.js';
import { inWordsOf } from '../../core/engine/view.js';
import { taskNamed } from '../../core/engine/task-names.js';
import type { Walk } from '../../core/engine/walk.js';
import type { RunView } from '../../core/events/view.js';
import { type LimiterView, placeInLine } from '../../core/limiter/view.js';
import { faultOf } from './faults.js';

const ORG = defineSearchAttributeKey('HeddleOrg', 'KEYWORD');
/** How long a limiter is asked for what it knows: it is for people to see, and nothing waits for it. */
const QUERY_MS = 5_000;

/** Limiters, as the API, activities and the projector deal with them. */
export class TemporalLimiters {
  private readonly client: Client;
  private readonly taskQueue: string;

  constructor({ client, taskQueue }: { client: Client; taskQueue: string }) {
    this.client = client;
    this.taskQueue = taskQueue;
  }

  /** Asks for a place; the limiter begins with the first. Asking again for the same place changes nothing. */
  async ask({ run, task, ticket, ...of }: PlaceWish, defined: Defined): Promise<void> {
    const place: Place = { run: run.id, task, ticket };
    await this.client.workflow.signalWithStart('limiter', {
      workflowId: limiterId(run.org, of),
      taskQueue: this.taskQueue,
      args: [{ org: run.org, ...of }],
      signal: 'ask',
      signalArgs: [{ place, defined }],
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      typedSearchAttributes: new TypedSearchAttributes([{ key: ORG, value: run.org }]),
      priority: { fairnessKey: run.org },
      staticSummary: `limit ${of.limit}${of.key === undefined ? '' : ` (${of.key})`}`,
    });
  }

  /** For a run that could not do so itself. */
  async giveBack(org: string, run: string, { task, ticket, ...of }: Granted): Promise<void> {
    await this.tell(limiterId(org, of), 'give_back', { run, task, ticket } satisfies Place);
  }

  /** Tells all limiters that give places of it. One that began just now and is not listed yet hears of it when it looks by itself. */
  async redefine(org: string, limit: string, defined: Defined): Promise<void> {
    for await (const id of this.idsOf(org, limit)) await this.tell(id, 'define', defined);
  }

  /** Who holds places of the limit and who waits, by key; of many keys some. */
  async views(org: string, limit: string): Promise<{ key: string | null; view: LimiterView }[]> {
    const ids: string[] = [];
    for await (const id of this.idsOf(org, limit)) if (ids.push(id) === MAX_SHOWN_KEYS) break;
    const bare = limiterId(org, { limit });
    const views = await Promise.all(ids.map((id) => this.viewOf(id)));
    return ids.flatMap((id, at) => {
      const view = views[at];
      return view ? [{ key: id === bare ? null : id.slice(bare.length + 1), view }] : [];
    });
  }

  /** What the limiter of that key knows; undefined when it has ended, or does not answer now. */
  view(org: string, of: PlaceOf): Promise<LimiterView | undefined> {
    return this.viewOf(limiterId(org, of));
  }

  private async viewOf(id: string): Promise<LimiterView | undefined> {
    const { client } = this;
    try {
      return await client.withDeadline(Date.now() + QUERY_MS, () =>
        client.workflow.getHandle(id).query<LimiterView>('limiter'),
      );
    } catch (err) {
      const fault = faultOf(err, `limiter ${id}`);
      if (fault instanceof Fault) return undefined;
      throw err;
    }
  }

  private async *idsOf(org: string, limit: string): AsyncGenerator<string> {
    const bare = limiterId(org, { limit });
    const query = `WorkflowType = 'limiter' AND TaskQueue = '${this.taskQueue}' AND HeddleOrg = '${org}' AND WorkflowId STARTS_WITH '${bare}' AND ExecutionStatus = 'Running'`;
    for await (const { workflowId } of this.client.workflow.list({ query }))
      if (workflowId === bare || workflowId.startsWith(`${bare}/`)) yield workflowId;
  }

  private async tell(id: string, signal: string, message: object): Promise<void> {
    try {
      await this.client.workflow.getHandle(id).signal(signal, message);
    } catch (err) {
      const fault = faultOf(err, `limiter ${id}`);
      if (!(fault instanceof Fault) || fault.code !== 'NOT_FOUND') throw fault;
    }
  }
}

/** A subworkflow's node is running while it waits. */
const BEFORE_WORK: ReadonlySet<string> = new Set<NodeStatus>(['queued', 'running']);
/** Limiters that one view asks: people read the first few sentences. */
const ASKED = 10;

/** Says of what waits for a place where in line it stands: the limiter alone knows. */
export async function sayWhere(limiters: TemporalLimiters, walk: Walk, view: RunView): Promise<void> {
  const { id, org } = walk.start.run;
  const waits = view.nodes.flatMap((node) => {
    const wish = BEFORE_WORK.has(node.status) ? walk.places.waitOf(taskNamed(walk, node.key)) : undefined;
    return wish ? [{ node, wish, of: wish.wants[wish.got]! }] : [];
  });
  const known = new Map<string, Promise<LimiterView | undefined>>();
  for (const { of } of waits) {
    const limiter = limiterId(org, of);
    if (known.size < ASKED && !known.has(limiter)) known.set(limiter, limiters.view(org, of));
  }
  for (const { node, wish, of } of waits) {
    const seen = await known.get(limiterId(org, of));
    const where = seen && placeInLine(seen, inWordsOf(of), { run: id, task: wish.task, ticket: wish.ticket });
    if (where !== undefined) node.why = `${wish.task === RUN ? 'the run waits: ' : ''}${where}`;
  }
}
