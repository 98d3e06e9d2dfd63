import { commandLine } from '../tests/support/heddle.js';

const AT = '2026-11-22T10:00:00.000Z';
const CRM = {
  ...{ name: 'crm', concurrency: 5, rate: { count: 100, per: '1m' }, revision: 1 },
  ...{ updated_by: 'user:ann', created_at: AT, updated_at: AT },
};

test('limits: set says what was said; what is no rate is refused here', async () => {
  const set = await commandLine(['limits', 'set', 'crm', '-c', '5', '-r', '100/1m'], {
    'PUT /limits/crm': { json: CRM },
  });
  expect(set).toMatchObject({ code: 0, out: 'crm allows 5 at once, 100 per 1m' });
  expect(JSON.parse(set.received[0]!.body)).toEqual({ concurrency: 5, rate: { count: 100, per: '1m' } });
  const wrong = await commandLine(['limits', 'set', 'crm', '-r', 'often']);
  expect(wrong).toMatchObject({ code: 2, received: [] });
  expect(wrong.said).toMatch(/--rate often does not read like 100\/1m/);
});

test('limits: list, show, delete', async () => {
  const answers = {
    'GET /limits?limit=100': { json: { items: [CRM, { ...CRM, name: 'mail', rate: undefined }], next_cursor: null } },
    'GET /limits/crm': {
      json: {
        ...CRM,
        uses: [
          {
            ...{ key: 'acme', held_count: 1, waiting_count: 1 },
            held: [{ run: 'r1', node: 'lookup', since: AT }],
            waiting: [{ run: 'r2', node: null, since: AT }],
          },
        ],
      },
    },
    'DELETE /limits/crm': { json: null },
  };
  expect((await commandLine(['limits', 'list'], answers)).out.split('\n')).toEqual([
    'LIMIT  ALLOWS                 SET BY',
    'crm    5 at once, 100 per 1m  user:ann',
    'mail   5 at once              user:ann',
  ]);
  expect((await commandLine(['limits', 'show', 'crm'], answers)).out.split('\n')).toEqual([
    'crm allows 5 at once, 100 per 1m',
    'KEY   STATE      RUN  NODE     SINCE',
    `acme  holds      r1   lookup   ${AT}`,
    `acme  waits (1)  r2   the run  ${AT}`,
  ]);
  expect((await commandLine(['limits', 'delete', 'crm'], answers)).out).toBe('deleted crm');
});

test('run: a priority goes along when it was said', async () => {
  const answers = { 'POST /workflows/flow/run': { status: 202, json: { id: 'r1', status: 'queued' } } };
  const { received } = await commandLine(['run', 'flow', '--priority', '1'], answers);
  expect(JSON.parse(received[0]!.body)).toEqual({ input: {}, metadata: {}, priority: 1 });
});
