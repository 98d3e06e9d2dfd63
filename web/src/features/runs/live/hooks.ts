import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { NodeView } from '../../../../../core/events/view.js';
import type { Plan } from '../../../../../core/spec/plan.js';
import { NO_COURSE, type NodeCourse } from './attempts.js';
import type { LinkState } from './link.js';
import type { Courses, LogTail } from './record.js';
import type { LiveView } from './state.js';
import { type LiveRunState, liveRun } from './store.js';

/** Watches the run while the component stands, and says whether it can be shown. `error` is a Problem. */
export function useLiveRun(runId: string): {
  state: 'loading' | 'problem' | 'ready';
  error?: unknown;
  link: LinkState;
} {
  useEffect(() => liveRun(runId).watch(), [runId]);
  const state = useLive(runId, (live) => live.state);
  const error = useLive(runId, (live) => live.error);
  const link = useLive(runId, (live) => live.link);
  return { state, error, link };
}

/** Something of the run; drawn again only when `select` gives another value, so it must give the same object for the same run. */
export const useRunView = <T>(runId: string, select: (view: LiveView) => T): T | undefined =>
  useLive(runId, ({ view }) => (view ? select(view) : undefined));

/** A node, or an item of a map by `key[index]`. Undefined: the run has none, or is not there yet. */
export const useNode = (runId: string, key: string): NodeView | undefined =>
  useLive(runId, ({ view }) => view?.nodes.get(key));

/** What the node says of its progress, live; undefined: nothing yet. */
export const useProgress = (runId: string, key: string) => useLive(runId, ({ view }) => view?.progress.get(key));

/** The plan by which the run goes on now, and the spec that it was made of; undefined while they are read. */
export const usePlan = (runId: string): Plan | undefined => useLive(runId, ({ plan }) => plan);
export const useSpec = (runId: string): string | undefined => useLive(runId, ({ spec }) => spec);

/** The node's attempts and waits. `whole`: from the run's beginning; the events of before are read when somebody asks. */
export function useAttempts(runId: string, key: string): NodeCourse & { whole: boolean } {
  useWholePast(runId);
  const course = useLive(runId, ({ courses }) => courses.byKey.get(key)) ?? NO_COURSE;
  const whole = useLive(runId, ({ courses }) => courses.whole);
  return useMemo(() => ({ ...course, whole }), [course, whole]);
}

/** Of all nodes at once, such as for a timeline. */
export function useCourses(runId: string): Courses {
  useWholePast(runId);
  return useLive(runId, ({ courses }) => courses);
}

function useWholePast(runId: string): void {
  const ready = useLive(runId, ({ state }) => state === 'ready');
  useEffect(() => {
    if (ready) void liveRun(runId).wantPast();
  }, [runId, ready]);
}

/** Log lines that were heard live since the run is watched: the newest 5,000, and how many came. */
export const useLogTail = (runId: string): LogTail => useLive(runId, ({ log }) => log);

/** How many ephemeral events, such as log lines, the server dropped because this page was slow. */
export const useDropped = (runId: string): number => useLive(runId, ({ dropped }) => dropped);

const useLive = <T>(runId: string, select: (state: LiveRunState) => T): T => useStore(liveRun(runId).store, select);
