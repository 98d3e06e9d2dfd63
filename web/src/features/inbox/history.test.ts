import type { GateEntry } from './gates.js';
import { tellEntry } from './history.js';

test.each<[GateEntry['kind'], string | null, object | null, object]>([
  ['opened', null, null, { did: 'The gate opened' }],
  [
    'voted',
    'user:ann',
    { decision: 'approve', comment: 'fine' },
    { who: 'user:ann', did: 'approved', tone: 'good', text: 'fine' },
  ],
  [
    ...(['decided', 'user:bob'] as const),
    { decision: 'deny', on_behalf_of: 'user:ann', comment: '' },
    { who: 'user:bob', did: 'denied in place of ann', tone: 'bad' },
  ],
  ['commented', 'user:cy', { id: 'c1', text: 'why?' }, { did: 'commented', text: 'why?' }],
  ['escalated', null, { escalated: true, to: 'board' }, { did: 'It went to board as well' }],
  ['released', 'user:bob', { holder: 'user:ann', how: 'taken_over' }, { did: 'took over from ann' }],
  ['released', null, { holder: 'user:ann', how: 'expired' }, { did: 'The claim of ann ran out' }],
  ['released', 'user:ann', { holder: 'user:ann', how: 'released' }, { did: 'does not work on it any more' }],
  ['closed', null, { run: 'timed_out' }, { did: 'The gate closed: the run is timed out' }],
  ['closed', null, { status: 'failed' }, { did: 'The gate closed, its node is failed' }],
  ['acted', 'user:ann', { act: 'retry_node', reason: 'again' }, { did: 'did retry node', text: 'again' }],
])('%s by %s with %j', (kind, actor, data, told) =>
  expect(tellEntry({ kind, actor, data: data as never })).toMatchObject(told),
);
