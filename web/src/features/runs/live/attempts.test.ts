import type { CloudEvent } from '../../../../../core/events/cloud-event.js';
import { follow, NO_COURSE, type NodeCourse } from './attempts.js';
import { noCourses, record, withLive } from './record.js';

const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}.000Z`;
type Told = [type: string, second: number, attempt?: number, data?: object];
const event = ([type, second, attempt = 0, data = {}]: Told, live = false): CloudEvent =>
  ({
    ...(live ? {} : { id: `0000.${String(second).padStart(6, '0')}.000000` }),
    ...{ type, subject: 'a', time: at(second) },
    data: { run_id: 'r', node_key: 'a', attempt, ...(live ? { ephemeral: true } : {}), ...data },
  }) as CloudEvent;
const courseOf = (...events: CloudEvent[]): NodeCourse => events.reduce(follow, NO_COURSE);
const short = ({ attempts, waits }: NodeCourse) => ({
  attempts: attempts.map(
    ({ n, began, ended, status }) => `${n} ${status} ${began?.slice(17, 19)}-${ended?.slice(17, 19)}`,
  ),
  waits: waits.map(({ kind, from, to }) => `${kind} ${from.slice(17, 19)}-${to?.slice(17, 19)}`),
});
const failed = { data: { code: 'HTTP_5XX', message: 'no' } };

test.each<[string, CloudEvent[], ReturnType<typeof short>]>([
  [
    'one attempt',
    [event(['node.queued', 1]), event(['node.running', 2, 1]), event(['node.completed', 4, 1])],
    { attempts: ['1 completed 02-04'], waits: ['queue 01-02'] },
  ],
  [
    'one that was seen live first: history’s time is the true one',
    [
      event(['node.queued', 1]),
      event(['node.running', 3, 1], true),
      event(['node.running', 2, 1]),
      event(['node.completed', 4, 1]),
    ],
    { attempts: ['1 completed 02-04'], waits: ['queue 01-03'] },
  ],
  [
    'retries that were seen',
    [
      ...[event(['node.queued', 1]), event(['node.running', 2, 1], true), event(['node.retrying', 3, 1, failed], true)],
      ...[event(['node.running', 5, 2], true), event(['node.running', 5, 2]), event(['node.completed', 6, 2])],
    ],
    { attempts: ['1 failed 02-03', '2 completed 05-06'], waits: ['queue 01-02', 'backoff 03-05'] },
  ],
  [
    'retries that nobody saw: they are counted',
    [event(['node.queued', 1]), event(['node.running', 9, 3]), event(['node.failed', 10, 3])],
    {
      attempts: ['1 failed undefined-undefined', '2 failed undefined-undefined', '3 failed 09-10'],
      waits: ['queue 01-09'],
    },
  ],
  [
    'a gate',
    [event(['node.queued', 1]), event(['node.waiting', 1]), event(['gate.opened', 1]), event(['node.completed', 8])],
    { attempts: [], waits: ['queue 01-01', 'gate 01-08'] },
  ],
  [
    'held, and tried again by hand',
    [
      event(['node.running', 2, 1]),
      event(['node.held', 3, 1]),
      event(['node.queued', 7, 1]),
      event(['node.running', 8, 2]),
    ],
    { attempts: ['1 failed 02-03', '2 running 08-undefined'], waits: ['held 03-07', 'queue 07-08'] },
  ],
  [
    'that an attempt failed is heard after the next began',
    [event(['node.running', 2, 1]), event(['node.running', 5, 2], true), event(['node.retrying', 3, 1, failed], true)],
    { attempts: ['1 failed 02-undefined', '2 running 05-undefined'], waits: [] },
  ],
])('%s', (_, events, expected) => expect(short(courseOf(...events))).toEqual(expected));

test('events of before, read later, are joined with what was heard live', () => {
  const past = [event(['node.queued', 1]), event(['node.running', 9, 3]), event(['node.completed', 10, 3])];
  const live = record(noCourses('', false), [
    event(['node.running', 5, 2], true),
    event(['node.retrying', 6, 2, failed], true),
  ]);
  const whole = withLive(record(noCourses('', true), past), live);
  expect(short(whole.byKey.get('a')!)).toEqual({
    attempts: ['1 failed undefined-undefined', '2 failed 05-06', '3 completed 09-10'],
    waits: ['queue 01-09', 'backoff 06-undefined'],
  });
  expect(record(whole, past)).toBe(whole);
});
