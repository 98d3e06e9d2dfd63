import { scheduleSpec } from '../../core/contract/schedules.js';
import { optionsOf } from './schedule-options.js';

test('a schedule, as Temporal takes it', () => {
  const spec = scheduleSpec.parse({
    ...{
      cron: ['0 2 * * MON'],
      time_zone: 'Europe/Berlin',
      intervals: [{ every: '1h', offset: 'PT10M' }],
      jitter: '30s',
    },
    ...{ start_at: '2026-01-01T00:00:00+01:00', overlap: 'buffer_one', catchup_window: '2h', pause_on_failure: true },
  });
  const row = { id: 'sch_1', org_id: 'org_1', name: 'nightly', workflow: 'brief', revision: 3, spec };
  const { spec: times, action, policies } = optionsOf(row, 'heddle');
  expect(times).toEqual({
    ...{ cronExpressions: ['0 2 * * MON'], timezone: 'Europe/Berlin', jitter: 30_000 },
    ...{ intervals: [{ every: 3_600_000, offset: 600_000 }], startAt: new Date('2025-12-31T23:00:00Z') },
  });
  expect(policies).toEqual({ overlap: 'BUFFER_ONE', catchupWindow: 7_200_000, pauseOnFailure: true });
  expect(action).toMatchObject({
    ...{
      workflowType: 'scheduled_run',
      workflowId: 'sch_1.3',
      taskQueue: 'heddle',
      priority: { fairnessKey: 'org_1' },
    },
    args: [{ schedule: 'sch_1', org: 'org_1', revision: 3 }],
  });
});
