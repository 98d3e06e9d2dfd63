import type { Defined, LimitActivities, PlaceWish } from '../core/contract/limits.js';

export interface LimitDeps {
  /** What limits are now. */
  limits: { defined(orgId: string, name: string): Promise<Defined> };
  /** Where their places are given. */
  limiters: { ask(wish: PlaceWish, defined: Defined): Promise<void> };
  workflows: { isOver(workflowId: string): Promise<boolean> };
}

/** Places of limits: the asking, and what a limiter looks at by itself. */
export const limitActivities = ({ limits, limiters, workflows }: LimitDeps): LimitActivities => ({
  async ask_limit(wish) {
    await limiters.ask(wish, await limits.defined(wish.run.org, wish.limit));
  },

  async check_limit({ org, limit, runs }) {
    const [defined, ...over] = await Promise.all([
      limits.defined(org, limit),
      ...runs.map((run) => workflows.isOver(run)),
    ]);
    return { ...defined, over: runs.filter((_, at) => over[at]) };
  },
});
