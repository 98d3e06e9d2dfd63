import { relativeTime } from '../../lib/time.js';

export type Due = { tone: 'bad' | 'wait' | 'idle'; words: string };
const SOON_MS = 24 * 3_600_000;

/** When a decision is due, seen from now; undefined where nothing is due any more. */
export function dueOf(gate: { status: string; due_at: string | null }, now: number): Due | undefined {
  if (gate.due_at === null || gate.status !== 'open') return undefined;
  const left = Date.parse(gate.due_at) - now;
  if (left <= 0) return { tone: 'bad', words: `Overdue, was due ${relativeTime(gate.due_at, now)}` };
  return { tone: left <= SOON_MS ? 'wait' : 'idle', words: `Due ${relativeTime(gate.due_at, now)}` };
}
