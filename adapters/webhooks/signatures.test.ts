import { createHmac } from 'node:crypto';
import type { Signature } from '../../core/contract/triggers.js';
import { newSecret, secretProblem } from './secrets.js';
import { isSigned, signStandard, TOLERANCE_S } from './signatures.js';

const check = (
  signature: Signature,
  headers: Record<string, string>,
  body: string,
  { secrets, at }: { secrets: string[]; at: number },
) => isSigned({ header: (name) => headers[name], body: Buffer.from(body) }, signature, secrets, at * 1_000);

describe('Standard Webhooks', () => {
  // The vector of the specification's own libraries.
  const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const BODY = '{"test": 2432232314}';
  const AT = 1_614_265_330;
  const SIGNED = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';
  const HEADERS = {
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': String(AT),
    'webhook-signature': SIGNED,
  };
  const standard = (change: Record<string, string> = {}, body = BODY, secrets = [SECRET], at = AT) =>
    check({ scheme: 'standard-webhooks' }, { ...HEADERS, ...change }, body, { secrets, at });

  test('the published vector: signed alike, and accepted', () => {
    expect(signStandard(SECRET, { id: HEADERS['webhook-id'], time: AT, body: BODY })).toBe(SIGNED);
    expect(standard()).toBe(true);
  });

  const other = newSecret('standard-webhooks');
  test.each<[what: string, accepted: boolean, answer: () => boolean]>([
    ['one of several signatures', true, () => standard({ 'webhook-signature': `v1,AAAA v1a,BBBB ${SIGNED}` })],
    ['the old one of two secrets', true, () => standard({}, BODY, [other, SECRET])],
    ['a clock that is 5 minutes behind', true, () => standard({}, BODY, [SECRET], AT + TOLERANCE_S)],
    ['a clock that is 5 minutes ahead', true, () => standard({}, BODY, [SECRET], AT - TOLERANCE_S)],
    ['too old', false, () => standard({}, BODY, [SECRET], AT + TOLERANCE_S + 1)],
    ['from the future', false, () => standard({}, BODY, [SECRET], AT - TOLERANCE_S - 1)],
    ['another body', false, () => standard({}, BODY.replace(' ', ''))],
    ['another id', false, () => standard({ 'webhook-id': 'msg_2' })],
    ['no id', false, () => standard({ 'webhook-id': '' })],
    ['another time', false, () => standard({ 'webhook-timestamp': String(AT + 1) })],
    ['a time that is none', false, () => standard({ 'webhook-timestamp': '1e9' })],
    ['no signature', false, () => standard({ 'webhook-signature': '' })],
    ['another version', false, () => standard({ 'webhook-signature': SIGNED.replace('v1,', 'v2,') })],
    ['half a signature', false, () => standard({ 'webhook-signature': SIGNED.slice(0, 20) })],
    ['another secret', false, () => standard({}, BODY, [other])],
    ['no secret at all', false, () => standard({}, BODY, [])],
  ])('%s: %s', (_what, accepted, answer) => expect(answer()).toBe(accepted));
});

describe('GitHub', () => {
  // The example of GitHub's own documentation.
  const secrets = ["It's a Secret to Everybody"];
  const SIGNED = 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17';
  const github = (given: string, body = 'Hello, World!') =>
    check({ scheme: 'github' }, given ? { 'x-hub-signature-256': given } : {}, body, { secrets, at: 0 });
  test('the published vector', () => expect(github(SIGNED)).toBe(true));
  test.each([SIGNED.slice(7), SIGNED.replace('757', '758'), '', 'sha1=757107', 'sha256='])('%s is refused', (given) =>
    expect(github(given)).toBe(false),
  );
  test('another body is refused', () => expect(github(SIGNED, 'Hello, World')).toBe(false));
});

describe('t=…,v1=…', () => {
  const AT = 1_700_000_000;
  const secrets = ['whsec_0123456789abcdef'];
  const BODY = '{"id":"evt_1"}';
  const v1 = createHmac('sha256', secrets[0]!).update(`${AT}.${BODY}`).digest('hex');
  const stripe = (given: string, at = AT, body = BODY) =>
    check({ scheme: 'stripe', header: 'x-sig' }, { 'x-sig': given }, body, { secrets, at });
  test.each([`t=${AT},v1=${v1}`, `t=${AT},v1=${'0'.repeat(64)},v1=${v1},v0=1`, `v1=${v1}, t=${AT}`])(
    '%s is accepted',
    (given) => expect(stripe(given)).toBe(true),
  );
  test.each([`t=${AT + 1},v1=${v1}`, `v1=${v1}`, `t=${AT}`, `t=${AT},v0=${v1}`, '', ',,,=', `t=${AT},v1=`])(
    '%s is refused',
    (given) => expect(stripe(given)).toBe(false),
  );
  test('too old is refused', () => expect(stripe(`t=${AT},v1=${v1}`, AT + TOLERANCE_S + 1)).toBe(false));
});

describe('token', () => {
  const secret = newSecret('token');
  const token = (header: string, headers: Record<string, string>) =>
    check({ scheme: 'token', header }, headers, '', { secrets: [secret], at: 0 });
  test('in Authorization after Bearer, or in a header of its own as it is', () => {
    expect(token('authorization', { authorization: `Bearer ${secret}` })).toBe(true);
    expect(token('authorization', { authorization: secret })).toBe(false);
    expect(token('x-gitlab-token', { 'x-gitlab-token': secret })).toBe(true);
    expect(token('x-gitlab-token', { authorization: `Bearer ${secret}` })).toBe(false);
    expect(token('authorization', {})).toBe(false);
  });
});

test.each(['standard-webhooks', 'github', 'stripe', 'token'] as const)('a new secret of %s will do', (scheme) => {
  expect(secretProblem(scheme, newSecret(scheme))).toBeUndefined();
  expect(newSecret(scheme)).not.toBe(newSecret(scheme));
});

test.each([
  ['standard-webhooks', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
  ['standard-webhooks', 'whsec_c2hvcnQ='],
  ['standard-webhooks', 'whsec_not base64'],
  ['github', 'short'],
  ['token', 'with a blank inside'],
] as const)('%s: %s will not', (scheme, secret) => expect(secretProblem(scheme, secret)).toBeDefined());
