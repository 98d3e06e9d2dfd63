import { type InboxSearch, queryOf } from './views.js';

test.each<[string, InboxSearch, object]>([
  ['nothing said: mine, soonest due first', {}, { assigned: 'me', sort: 'due' }],
  ['a view that there is not', { show: 'toString' }, { assigned: 'me', sort: 'due' }],
  ['an order that there is not', { sort: 'valueOf' }, { assigned: 'me', sort: 'due' }],
  ['overdue', { show: 'overdue', sort: 'oldest' }, { assigned: 'me', overdue: 'true', sort: 'oldest' }],
  ['all open with a word', { show: 'open', q: '  pay ' }, { status: 'open', q: 'pay', sort: 'due' }],
  ['what I decided, newest first', { show: 'decided' }, { decided_by: 'me', sort: 'newest' }],
  ['claimed, and an empty search', { show: 'claimed', q: ' ' }, { claimed_by: 'me', sort: 'due' }],
])('%s', (_, search, query) => expect(queryOf(search)).toEqual(query));
