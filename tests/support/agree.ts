import { comparable } from '../../core/engine/view.js';
import type { RunHeader } from '../../core/events/view.js';
import type { Stage } from './workflow.js';

/** The fold of the run's history says what its workflow says of itself (P1). */
export async function foldAgrees({ engine, client }: Stage, header: RunHeader): Promise<void> {
  const query = await client.workflow.getHandle(header.id).query('view');
  expect(comparable(await engine.view(header))).toEqual(comparable(query as never));
}
