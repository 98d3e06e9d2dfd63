import specs from '@asyncapi/specs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { document, wrongBy } from '../tests/support/async-api.js';
import { durableEvent } from '../core/events/cloud-event.js';

test('the document is AsyncAPI 3.0 by the official schema', () => {
  // The official schema brings the meta schema that it is written in.
  const ajv = formats.default(new Ajv({ strict: false, allErrors: true, meta: false, validateSchema: false }));
  const validate = ajv.compile(specs.schemas['3.0.0'] as object);
  validate(document);
  expect(validate.errors).toBeNull();
  validate({ ...document, operations: { broken: { action: 'shout' } } });
  expect(validate.errors).not.toBeNull();
});

test('every reference in it leads somewhere', () => {
  const found = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path!);
  expect(found.length).toBeGreaterThan(100);
  const at = (path: string) =>
    path.split('/').reduce<unknown>((value, part) => (value as Record<string, unknown> | undefined)?.[part], document);
  expect(found.filter((path) => at(path) === undefined)).toEqual([]);
});

test('each channel tells a snapshot and every event', () => {
  const events = Object.keys(document.components.messages).filter((name) => !name.startsWith('snapshot'));
  const { webSocket, serverSentEvents } = document.channels;
  expect(Object.keys(webSocket!.messages)).toEqual(['snapshotFrame', ...events]);
  expect(Object.keys(serverSentEvents!.messages)).toEqual(['snapshot', ...events]);
});

test('a published schema tells what fits from what does not, and lets fields be added', () => {
  const event = durableEvent('run_1', {
    ...{ cursor: '0000.000004.000000', type: 'node.failed', at: '2026-01-01T00:00:00.000Z', node_key: 'web' },
    ...{ status: 'failed', attempt: 1, error: { code: 'HTTP_5XX', message: 'no', details: { status: 503 } } },
  });
  expect(wrongBy('nodeFailed', event)).toEqual([]);
  expect(wrongBy('nodeFailed', { ...event, traceparent: '00' })).toEqual([]);
  expect(wrongBy('nodeFailed', { ...event, id: 'x' })).not.toEqual([]);
  expect(wrongBy('nodeFailed', { ...event, data: { ...event.data, error: 'broken' } })).not.toEqual([]);
});
