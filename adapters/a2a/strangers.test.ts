import { once } from 'node:events';
import { createServer } from 'node:http';
import { attempt, callOf } from '../../tests/support/agent-call.js';
import { createAgentClient } from './client.js';

/** Agents that are none, or not ones that Heddle can talk to. */
const client = createAgentClient();

async function answering(
  status: number,
  headers: Record<string, string>,
  body: string,
): Promise<{ url: string; close(): void }> {
  const server = createServer((_req, res) => res.writeHead(status, headers).end(body));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, close: () => server.close() && server.closeAllConnections() };
}
const json = { 'content-type': 'application/json' };
const card = (url: string, version = '1.0') =>
  JSON.stringify({ name: 'x', supportedInterfaces: [{ url, protocolBinding: 'JSONRPC', protocolVersion: version }] });

test.each([
  ['answers 404', 404, {}, 'no', 'AGENT_PROTOCOL'],
  ['answers 503', 503, {}, 'no', 'AGENT_UNREACHABLE'],
  ['answers HTML', 200, {}, '<html>', 'AGENT_PROTOCOL'],
  ['has a card without interfaces', 200, json, '{"name":"x"}', 'AGENT_PROTOCOL'],
  ['speaks 0.3 only', 200, json, card('http://127.0.0.1:1', '0.3'), 'AGENT_PROTOCOL'],
  ['lives where nobody listens', 200, json, card('http://127.0.0.1:1'), 'AGENT_UNREACHABLE'],
])('%s', async (_name, status, headers, body, code) => {
  const server = await answering(status, headers, body);
  await expect(client.call(callOf(server.url, []), attempt())).rejects.toMatchObject({ code });
  server.close();
});

test('credentials are not sent to another origin than the agent', async () => {
  const other = await answering(200, json, '{}');
  const server = await answering(200, json, card(other.url));
  const auth = { headers: { authorization: 'Bearer s3cret' } };
  await expect(client.call(callOf(server.url, [], { auth }), attempt())).rejects.toMatchObject({
    code: 'AGENT_PROTOCOL',
  });
  other.close();
  server.close();
});

test('nobody listens at all', async () => {
  await expect(client.call(callOf('http://127.0.0.1:1', []), attempt())).rejects.toMatchObject({
    code: 'AGENT_UNREACHABLE',
  });
});
