import type { NodeView, RunView } from '../../../../../core/events/view.js';
import type { NodeType } from '../../../../../core/spec/plan.js';
import { duration } from '../../../lib/time.js';

export const TYPE_WORDS: Record<NodeType, string> = {
  tool_call: 'tool call',
  agent_call: 'agent call',
  transform: 'transform',
  wait: 'wait',
  subworkflow: 'subworkflow',
  map: 'map',
  human_gate: 'human gate',
};

/** The second line of a node: what one wants to know of it where it stands. `tick`: it changes with the time. */
export function lineOf(node: NodeView, now: number): { text: string; tick: boolean } {
  const still = (text: string) => ({ text, tick: false });
  const { status, error, why, started_at, finished_at, items } = node;
  if (node.compensation && why) return still(why);
  switch (status) {
    case 'pending':
      return still(TYPE_WORDS[node.type] ?? node.type);
    case 'queued':
      return still(why ?? nth(node, 'queued'));
    case 'running':
      if (items) return still(itemWords(items));
      if (why) return still(why);
      return started_at
        ? { text: nth(node, duration(Math.max(0, now - Date.parse(started_at)))), tick: true }
        : still('running');
    case 'held':
    case 'failed':
      return still(error ? `${error.code}: ${error.message}` : status);
    case 'completed': {
      if (items) return still(itemWords(items));
      const from = started_at ?? node.queued_at;
      return still(nth(node, from && finished_at ? duration(Date.parse(finished_at) - Date.parse(from)) : 'completed'));
    }
    default:
      return still(why ?? status);
  }
}

const nth = ({ attempt }: NodeView, text: string): string => (attempt > 1 ? `attempt ${attempt} · ${text}` : text);

export const itemWords = ({ total, completed, failed }: NonNullable<NodeView['items']>): string =>
  `${completed} of ${total} items${failed > 0 ? `, ${failed} failed` : ''}`;

/** How the node came into the plan after the run had begun; undefined: it is as it was. */
export function amendedAs(key: string, amendments: RunView['amendments']): 'added' | 'changed' | undefined {
  for (const { changes } of amendments?.toReversed() ?? []) {
    if (changes.added.includes(key)) return 'added';
    if (changes.changed.includes(key)) return 'changed';
  }
  return undefined;
}

/** In one sentence, for those who listen. */
export function saidOf(key: string, type: NodeType, node: NodeView | undefined, label: string): string {
  const line = node && node.status !== 'pending' ? lineOf(node, Date.now()).text : '';
  return `${key}, ${TYPE_WORDS[type] ?? type}, ${label}${line === '' || line === node?.status ? '' : `: ${line}`}`;
}
