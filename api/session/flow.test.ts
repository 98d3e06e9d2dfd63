import { OIDC_FLOW_MS } from '../../core/limits.js';
import { Flows } from './flow.js';

const config = (clientSecret: string) => ({
  ...{ issuer: 'https://id.example', clientId: 'heddle', clientSecret, name: 'Example', groupsClaim: 'groups' },
  ...{ scopes: 'openid', redirectUri: 'https://heddle.example/api/v1/session/oidc/callback' },
});
const flow = { challenge: { state: 's', nonce: 'n', verifier: 'v' }, returnTo: '/runs' };

test('what a browser keeps is read by whoever has the client’s secret, for ten minutes, and as it was', () => {
  const flows = new Flows(config('one'));
  const sealed = flows.seal(flow, 0);
  expect(sealed).toMatch(/^[!#-+\--:<-[\]-~]+$/); // what a cookie may have (RFC 6265, 4.1.1)
  expect(sealed).not.toContain(Buffer.from('verifier').toString('base64').slice(0, 8));
  expect(new Flows(config('one')).open(sealed, OIDC_FLOW_MS - 1)).toEqual(flow);
  expect(flows.open(sealed, OIDC_FLOW_MS)).toBeUndefined();
  expect(new Flows(config('two')).open(sealed, 1)).toBeUndefined();
  expect(flows.open(`${sealed.slice(0, -3)}AA=`, 1)).toBeUndefined();
  for (const other of [undefined, '', 'oidc:', 'other:AAAA', 'rubbish']) expect(flows.open(other)).toBeUndefined();
});
