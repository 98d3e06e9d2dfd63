import type { EdgeState } from '../engine/edges.js';
import { END_REASONS } from '../engine/reasons.js';
import type { Join, Plan, PlanEdge } from '../spec/plan.js';
import type { CaseRun } from './case-run.js';
import type { TestDocument } from './document.js';

type Went = Exclude<EdgeState, 'open'>;
/** How many cases took each way. */
export interface EdgeCoverage extends Record<Went, number> {
  from: string;
  to: string;
  on: PlanEdge['on'];
  condition?: string;
  /** Outcomes that count and that no case had. */
  missing: Went[];
}
export interface JoinCoverage {
  node: string;
  join: Join;
  fired: number;
  skipped: number;
}
/** Of so many, so many were seen; `percent` has one digit after the point at most, and is 100 when there is nothing to see. */
export interface Share {
  total: number;
  covered: number;
  percent: number;
}

/** What all cases together have seen of the workflow. Sub-workflows have tests of their own. */
export interface Coverage {
  /** Nodes that ran; `missing`: those that never did. */
  nodes: Share & { missing: string[] };
  /** Each edge that is taken, and each condition that is false. */
  edges: Share & { all: EdgeCoverage[] };
  /** Nodes with several edges that fired. That one is skipped is told and does not count: often no run could do it. */
  joins: Share & { all: JoinCoverage[] };
  /** Nodes that may fail without ending the run, and edges `on: failure`. */
  failures: Share & { missing: string[] };
  /** Nodes that can be undone and were; absent: there are none. */
  compensations?: Share & { missing: string[] };
  /** Thresholds that were not reached. */
  short: { of: keyof TestDocument['coverage']; percent: number; least: number }[];
}

/** Gathers what cases have seen. */
export class Seen {
  private readonly plan: Plan;
  private readonly ran: number[];
  private readonly failed: number[];
  private readonly skipped: number[];
  private readonly went: Record<Went, number>[];
  private readonly undone = new Set<number>();

  constructor(plan: Plan) {
    this.plan = plan;
    [this.ran, this.failed, this.skipped] = [0, 0, 0].map(() => plan.nodes.map(() => 0)) as [
      number[],
      number[],
      number[],
    ];
    this.went = plan.edges.map(() => ({ taken: 0, not_taken: 0, failed: 0 }));
  }

  add({ walk }: CaseRun): void {
    const byTheEnd = new Set(Object.values(END_REASONS));
    for (const [index, { status, queued_at, reason, undo }] of walk.nodes.entries()) {
      if (queued_at !== null) this.ran[index]!++;
      if (status === 'failed') this.failed[index]!++;
      if (undo) this.undone.add(index);
      if (status === 'skipped' && !byTheEnd.has(reason ?? '')) this.skipped[index]!++;
    }
    for (const [edge, state] of walk.resolved) if (state !== 'open') this.went[edge]![state]++;
  }

  coverage(thresholds: TestDocument['coverage']): Coverage {
    const { nodes, edges } = this.plan;
    const key = (node: number) => nodes[node]!.key;
    const allEdges = edges.map((edge, index): EdgeCoverage => {
      const { from, to, on, condition } = edge;
      const went = this.went[index]!;
      const counted: Went[] = condition === undefined ? ['taken'] : ['taken', 'not_taken'];
      return {
        ...{ from: key(from), to: key(to), on },
        ...(condition === undefined ? {} : { condition }),
        ...went,
        missing: counted.filter((outcome) => went[outcome] === 0),
      };
    });
    const outcomes = edges.reduce((sum, { condition }) => sum + (condition === undefined ? 1 : 2), 0);
    const neverTaken = allEdges.reduce((sum, { missing }) => sum + missing.length, 0);
    const joins = nodes.flatMap(({ in: into, join }, index): JoinCoverage[] =>
      into.length < 2 ? [] : [{ node: key(index), join, fired: this.ran[index]!, skipped: this.skipped[index]! }],
    );
    const neverRan = nodes.flatMap((node, index) => (this.ran[index] === 0 ? [node.key] : []));
    const failures = this.failurePaths();
    const coverage = {
      nodes: { ...share(nodes.length, nodes.length - neverRan.length), missing: neverRan },
      edges: { ...share(outcomes, outcomes - neverTaken), all: allEdges },
      joins: { ...share(joins.length, joins.filter(({ fired }) => fired > 0).length), all: joins },
      failures: {
        ...share(failures.length, failures.filter(({ seen }) => seen).length),
        missing: failures.flatMap(({ what, seen }) => (seen ? [] : [what])),
      },
    };
    return { ...coverage, ...this.compensations(), short: shortOf(coverage, thresholds) };
  }

  private compensations(): Pick<Coverage, 'compensations'> {
    const { nodes } = this.plan;
    const all = nodes.flatMap(({ compensate }, index) => (compensate ? [index] : []));
    if (all.length === 0) return {};
    const missing = all.filter((index) => !this.undone.has(index)).map((index) => nodes[index]!.key);
    return { compensations: { ...share(all.length, all.length - missing.length), missing } };
  }

  private failurePaths(): { what: string; seen: boolean }[] {
    const { nodes, edges } = this.plan;
    return [
      ...nodes.flatMap(({ key, on_error }, index) =>
        on_error === 'fail_run' ? [] : [{ what: `${key} fails`, seen: this.failed[index]! > 0 }],
      ),
      ...edges.flatMap(({ from, to, on }, index) =>
        on === 'failure'
          ? [{ what: `${nodes[from]!.key} -> ${nodes[to]!.key} on failure`, seen: this.went[index]!.taken > 0 }]
          : [],
      ),
    ];
  }
}

/** Rounded down: 100 is all of it. */
const share = (total: number, covered: number): Share => ({
  total,
  covered,
  percent: total === 0 ? 100 : Math.floor((covered / total) * 1000) / 10,
});

function shortOf(coverage: Omit<Coverage, 'short'>, thresholds: TestDocument['coverage']): Coverage['short'] {
  return (['nodes', 'edges', 'joins', 'failures'] as const).flatMap((of) => {
    const least = thresholds[of];
    const { percent } = coverage[of];
    return least === undefined || percent >= least ? [] : [{ of, percent, least }];
  });
}
