import type { NodeView, RunView } from '../../../../../core/events/view.js';
import type { NodeType } from '../../../../../core/spec/plan.js';
import { duration, shortTime, type Zone } from '../../../lib/time.js';
import { NODE_LOOKS } from '../../../ui/node-types.js';
import { statusOf } from '../../../ui/status.js';
import { splitTimes } from '../panels/node/why.js';

/** Such as `tool call`; of a type that this app does not know yet, its name. */
export const typeWords = (type: NodeType): string => NODE_LOOKS[type]?.label.toLowerCase() ?? type;

/** The second line of a node: what one wants to know of it where it stands. `tick`: it changes with the time. */
export function lineOf(node: NodeView, now: number, zone: Zone): { text: string; tick: boolean } {
  const still = (text: string) => ({ text: whyIn(text, zone), tick: false });
  const { status, error, why, started_at, finished_at, items } = node;
  if (node.compensation && why) return still(why);
  switch (status) {
    case 'pending':
      return still(typeWords(node.type));
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

/** A sentence of the engine with its times in the reader's zone. */
export const whyIn = (sentence: string, zone: Zone): string =>
  splitTimes(sentence)
    .map((part) => ('at' in part ? shortTime(part.at, zone) : part.text))
    .join('');

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
export function saidOf(key: string, type: NodeType, node: NodeView | undefined, zone: Zone): string {
  const { label } = statusOf(node?.status ?? 'pending');
  const line = node && node.status !== 'pending' ? lineOf(node, Date.now(), zone).text : '';
  return `${key}, ${typeWords(type)}, ${label}${line === '' || line === node?.status ? '' : `: ${line}`}`;
}
