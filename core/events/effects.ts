import { isDoubtful } from '../engine/doubt.js';
import { effectKey } from '../engine/kinds/work.js';
import type { MapConfig } from '../engine/kinds/map.js';
import { undoTask } from '../engine/facts.js';
import { isObject, type Json } from '../json.js';
import { MAP_INLINE_ITEMS } from '../limits.js';
import type { NodeType, Plan, PlanNode } from '../spec/plan.js';
import type { NodeLevelEvent, RunEvent } from './event.js';
import type { NodeView } from './view.js';

type EffectState = 'reserved' | 'sent' | 'confirmed' | 'refused' | 'unknown' | 'undone';

/** One intended change outside. */
export interface Effect {
  key: string;
  /** Of a map's item `key[index]`; of what undoes a node `key~undo`. */
  node_key: string;
  type: 'tool_call' | 'agent_call';
  state: EffectState;
  attempts: number;
  /** When it was asked for, and when its state was last known to change; RFC 3339. */
  reserved_at: string;
  at: string;
  /** The code with which it failed last. */
  error: string | null;
  /** The person who said what became of it. */
  by: string | null;
  /** The key of the effect that undid it, or the person who said that it is undone. */
  undone_by: string | null;
}

/**
 * The ledger of a run's effects: a function of its plan and durable events, in the order in which they were asked for. `now`: the view of an
 * open run, which knows of attempts that history does not tell yet.
 */
export function effectsOf(
  run: string,
  plan: Plan,
  events: readonly RunEvent[],
  now: readonly NodeView[] = [],
): Effect[] {
  const ledger = new Ledger(run, plan);
  for (const event of events) if ('node_key' in event) ledger.take(event);
  for (const view of now) ledger.lookAt(view);
  return [...ledger.effects.values()];
}

type Acted = { act: string; actor: string; input?: Json; fresh?: boolean };

class Ledger {
  readonly effects = new Map<string, Effect>();
  private readonly run: string;
  private readonly nodes: Map<string, PlanNode>;
  /** By node: how many effects people asked for afresh, of its own and to undo it. */
  private readonly generations = new Map<string, number>();
  /** Attempts that belong to earlier effects of a node. */
  private readonly before = new Map<string, number>();
  private readonly seen = new Map<string, number>();
  /** What a person did to a node in this very step. */
  private acted: { node: string; at: string; act: Acted } | undefined;

  constructor(run: string, plan: Plan) {
    this.run = run;
    this.nodes = new Map(plan.nodes.map((node) => [node.key, node]));
  }

  take(event: NodeLevelEvent): void {
    const type = this.typeOf(event.node_key);
    const planned = this.nodes.get(event.node_key);
    if (event.type === 'node.acted') this.act(event);
    else if (/compensat/.test(event.type)) this.undo(event);
    else if (planned?.type === 'map') this.map(event, planned);
    else if (type) this.own(event, type);
  }

  /** An attempt is at work. */
  lookAt({ key, status, started_at, attempt }: NodeView): void {
    const effect = this.effects.get(this.keyOf(key));
    if (effect?.state !== 'reserved' || status !== 'running') return;
    Object.assign(effect, {
      state: 'sent',
      at: started_at ?? effect.at,
      attempts: attempt - (this.before.get(key) ?? 0),
    });
  }

  private own(event: NodeLevelEvent, type: Effect['type']): void {
    const { node_key: node, at, attempt } = event;
    const key = this.keyOf(node);
    if (event.type === 'node.queued') this.reserve(key, node, type, at);
    const effect =
      this.effects.get(key) ?? (event.type === 'node.running' ? this.reserve(key, node, type, at) : undefined);
    if (!effect) return;
    if (event.type === 'node.running') {
      this.seen.set(node, Math.max(attempt, this.seen.get(node) ?? 0));
      Object.assign(effect, { state: 'sent', at, attempts: attempt - (this.before.get(node) ?? 0) });
    } else if (event.type === 'node.completed')
      Object.assign(effect, { state: 'confirmed', at, error: null, by: this.actorOn(node, at) });
    else if (event.type === 'node.failed' || event.type === 'node.held')
      Object.assign(effect, { state: stateAfter(event.error?.code), at, error: event.error?.code ?? null });
    else if ((event.type === 'node.cancelled' || event.type === 'node.skipped') && isOpen(effect))
      Object.assign(effect, { state: 'unknown', at, by: this.actorOn(node, at) });
  }

  /** History has no items of a map that is too large for the run itself. */
  private map(event: NodeLevelEvent, { config }: PlanNode): void {
    const { type, config: inner } = (config as unknown as MapConfig).do;
    const work = ofWork(type, inner);
    const about = event.output ?? event.error?.details;
    const total = isObject(about) ? about['total'] : undefined;
    if (!work || typeof total !== 'number' || total <= MAP_INLINE_ITEMS) return;
    this.reserve(this.keyOf(event.node_key), `${event.node_key}[*]`, work, event.at);
    this.own(event, work);
  }

  private act(event: NodeLevelEvent): void {
    const act = event.data as unknown as Acted;
    const { node_key: node, at } = event;
    this.acted = { node, at, act };
    if (act.act !== 'retry_node' || !(act.fresh || act.input !== undefined)) return;
    const ending = this.generations.has(undoTask(node));
    const name = ending ? undoTask(node) : node;
    this.generations.set(name, (this.generations.get(name) ?? 0) + 1);
    for (const [key, seen] of this.seen) if (withoutItem(key) === node) this.before.set(key, seen);
  }

  /** A node that has no effect of its own, such as one whose output was set, can be undone, too. */
  private undo({ node_key: node, type, at, attempt, data }: NodeLevelEvent): void {
    const undone = [...this.effects.values()].filter(
      (each) => withoutItem(each.node_key) === node && this.isCurrent(each),
    );
    const name = undoTask(node);
    if (!this.generations.has(name)) this.generations.set(name, 0);
    const again = this.generations.get(name)!;
    const { compensate } = this.nodes.get(node)!;
    const all = compensate!.when === 'started' || this.nodes.get(node)!.type !== 'map';
    const toUndo = undone.filter(({ state }) => (all ? state !== 'reserved' && state !== 'refused' : DONE.has(state)));
    const own = this.keyOf(node);
    for (const [base, of] of toUndo.length > 0
      ? toUndo.map((each) => [each.key, each] as const)
      : [[own, undefined] as const]) {
      const key = `${base}/undo${again === 0 ? '' : `/${again}`}`;
      const about = of ? of.node_key.replace(/^[^[]+/, name) : name;
      const effect = this.effects.get(key) ?? this.reserve(key, about, compensate!.type, at);
      const { by_hand: byHand, code } = (data ?? {}) as { by_hand?: boolean; code?: string };
      if (type === 'node.compensating') Object.assign(effect, { state: 'sent', at, attempts: attempt });
      else if (type === 'node.compensation_held')
        Object.assign(effect, { state: stateAfter(code), at, attempts: attempt, error: code ?? null });
      else {
        if (!byHand) Object.assign(effect, { state: 'confirmed', at, attempts: attempt, error: null });
        if (of) Object.assign(of, { state: 'undone', at, undone_by: byHand ? this.actorOn(node, at) : key });
      }
    }
  }

  private isCurrent(effect: Effect): boolean {
    return effect.key === this.keyOf(effect.node_key);
  }

  private reserve(key: string, node_key: string, type: Effect['type'], at: string): Effect {
    const known = this.effects.get(key);
    if (known) return known;
    const effect: Effect = {
      ...{ key, node_key, type, state: 'reserved', attempts: 0, reserved_at: at, at },
      ...{ error: null, by: null, undone_by: null },
    };
    this.effects.set(key, effect);
    return effect;
  }

  private actorOn(node: string, at: string): string | null {
    return this.acted?.node === node && this.acted.at === at ? this.acted.act.actor : null;
  }

  private keyOf(node: string): string {
    const name = this.nodes.get(node)?.type === 'map' ? `${node}[*]` : node;
    return effectKey(this.run, name, this.generations.get(withoutItem(node)) ?? 0);
  }

  private typeOf(node: string): Effect['type'] | undefined {
    const planned = this.nodes.get(withoutItem(node));
    if (!planned) return undefined;
    return planned.type === 'map' ? ofMap(planned, node) : ofWork(planned.type, planned.config);
  }
}

const withoutItem = (key: string): string => key.replace(/\[.*$/, '');
const isOpen = ({ state }: Effect): boolean => state === 'reserved' || state === 'sent';
const stateAfter = (code = 'INTERNAL'): EffectState => (isDoubtful(code) ? 'unknown' : 'refused');

/** A map of more items than a run walks itself is one entry: only then nothing is told of its items. */
function ofMap({ config }: PlanNode, node: string): Effect['type'] | undefined {
  const { type, config: inner } = (config as unknown as MapConfig).do;
  return node.includes('[') ? ofWork(type, inner) : undefined;
}

/** Reads change nothing, and code in the sandbox reaches nothing. */
function ofWork(type: NodeType, config: Json): Effect['type'] | undefined {
  if (type === 'agent_call') return type;
  if (type !== 'tool_call' || !isObject(config)) return undefined;
  const { tool, name, request } = config;
  if (tool === 'function') return name === undefined ? undefined : 'tool_call';
  const method = isObject(request) ? request['method'] : undefined;
  return SAFE.has(method as string) ? undefined : 'tool_call';
}
const DONE: ReadonlySet<EffectState> = new Set(['confirmed', 'undone']);
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);
