/** Where Temporal Web shows a workflow: `{workflow_id}` stands for its id. `web` is Temporal Web's own address. */
export const runAddress = (web: string, namespace: string): string =>
  `${web.replace(/\/+$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows/${PLACE}`;

const PLACE = '{workflow_id}';

/** A run's place in Temporal Web, by what `runAddress` has made: a run is a Temporal workflow of the same id. */
export const inTemporalWeb = (address: string, runId: string): string =>
  address.replace(PLACE, () => encodeURIComponent(runId));
