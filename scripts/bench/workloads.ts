import { chain, diamond, fan, type Graph, one } from './graphs.js';

export interface Workload {
  name: string;
  says: string;
  graph: Graph;
  /** Runs of one round. */
  runs: number;
  /** Of them, how many at a time. */
  inFlight: number;
  /** `step`: the run's output is when its step ran, and what counts is the way there. */
  counts: 'run' | 'step';
  /** Also started by HTTP: what the API costs. */
  byHttp?: boolean;
}

export const WORKLOADS: Workload[] = [
  { name: 'chain', says: 'a chain of 20', graph: chain(20), runs: 10, inFlight: 1, counts: 'run' },
  { name: 'fan100', says: '1 → 100 → join', graph: fan(100), runs: 10, inFlight: 1, counts: 'run' },
  { name: 'fan1000', says: '1 → 1,000 → join', graph: fan(1_000), runs: 1, inFlight: 1, counts: 'run' },
  { name: 'load', says: '300 diamonds, 200 in flight', graph: diamond(), runs: 300, inFlight: 200, counts: 'run' },
  { name: 'first', says: 'start to first step', graph: one(), runs: 30, inFlight: 1, counts: 'step', byHttp: true },
];

/** The same shapes in a fraction of the time, to see that all works; not for figures. */
export const quick = (workload: Workload): Workload => ({
  ...workload,
  ...(workload.name === 'fan1000' ? { graph: fan(200), says: '1 → 200 → join' } : {}),
  runs: Math.ceil(workload.runs / 10),
});
