import type { components } from '../../../lib/api/schema.js';

export type RunDiff = components['schemas']['RunDiff'];
export type NodeDiff = RunDiff['nodes'][number];
export type Change = components['schemas']['RunChange'];

/** What is different about a node: it stands in one run alone, ended otherwise, or something of it has another value. */
export type Verdict = 'only_from' | 'only_to' | 'status' | 'values' | 'same';

export function verdictOf({ from, to, changes, more }: NodeDiff): Verdict {
  if (!to) return 'only_from';
  if (!from) return 'only_to';
  if (from.status !== to.status) return 'status';
  return changes.length > 0 || more > 0 ? 'values' : 'same';
}

/** Which parts of the node differ: `input`, `output`, `error`, `status`, `attempt`. */
export function partsOf(changes: readonly Change[]): string[] {
  const parts = new Set(changes.map(({ pointer }) => pointer.split('/')[1] ?? ''));
  return [...parts].filter((part) => part !== '');
}

/** How much longer the second run took, in ms; null: one of them has not ended. */
export function longerBy(from: number | null | undefined, to: number | null | undefined): number | null {
  return from == null || to == null ? null : to - from;
}

/** Those that are told apart, by what the reader wants to see. */
export const shownNodes = (nodes: readonly NodeDiff[], all: boolean, text: string): NodeDiff[] =>
  nodes.filter(
    (node) => (all || verdictOf(node) !== 'same') && node.key.toLowerCase().includes(text.trim().toLowerCase()),
  );

/** A pointer as an expression reads it: `output.body[0].name`; '' of the whole. */
export function pathOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((path, part) => {
      if (/^\d+$/.test(part) && path !== '') return `${path}[${part}]`;
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(part)) return `${path}[${JSON.stringify(part)}]`;
      return path === '' ? part : `${path}.${part}`;
    }, '');
}
