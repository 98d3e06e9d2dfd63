import { createHmac, timingSafeEqual } from 'node:crypto';
import express, { type Express, type Request, type Response } from 'express';
import type { GateLink } from '../../adapters/postgres/gate-links.js';
import { can } from '../../core/auth/can.js';
import { Fault, FAULTS } from '../../core/fault.js';
import { isObject, type Json, type JsonSchema } from '../../core/json.js';
import type { ApiDeps } from '../deps.js';
import { takeDecision } from '../gates/endpoints.js';
import { passed } from '../http/body.js';
import { faultOf } from '../http/problem.js';
import { headerOf } from '../runs/read.js';
import { filledOut, type Values } from './form.js';
import { askPage, POLICY, sayPage } from './page.js';
import { Rates } from './rates.js';

const TOKEN = /^[\w-]{43}$/;
const LOOKS_A_MINUTE = 60;
const DECISIONS_A_MINUTE = 10;
const readForm = express.urlencoded({ extended: false, limit: '256kb', parameterLimit: 200 });

interface Page {
  status: number;
  body: string;
  location?: string;
}
const say = (status: number, title: string, text: string): Page => ({ status, body: sayPage(title, text) });
type Gate = NonNullable<Awaited<ReturnType<ApiDeps['gates']['find']>>>;

/**
 * `/g/:token`: a gate for one person, by a link. What holds:
 * 1. To look never decides, whoever looks: only a POST does, with what the page of this very link has put into its form.
 * 2. What the person may is asked when they decide, of the directory and of the run, and not when the link was made.
 * 3. A decision is about the evidence that the page showed.
 * 4. The token is in no log, no cache, no referrer and no answer.
 */
export function gatePages(app: Express, deps: ApiDeps, log: (err: unknown, requestId: unknown) => void): void {
  const rates = new Rates();
  const serve =
    (act: (link: GateLink, req: Request, res: Response) => Promise<Page>) => async (req: Request, res: Response) => {
      const page = await pageFor(deps, rates, req, (link) => act(link, req, res)).catch((err: unknown) => {
        const fault = faultOf(err);
        if (fault.code === 'INTERNAL') log(err, res.getHeader('x-request-id'));
        return say(FAULTS[fault.code].http, FAULTS[fault.code].title, fault.message);
      });
      res.status(page.status).set({
        ...{ 'content-security-policy': POLICY, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' },
        ...{ 'x-robots-tag': 'noindex', ...(page.location === undefined ? {} : { location: page.location }) },
        ...(page.status === 429 ? { 'retry-after': '60' } : {}),
      });
      res.type('html').send(page.body);
    };
  app.get(
    '/g/:token',
    serve((link, req) => look(deps, link, tokenOf(req))),
  );
  app.post(
    '/g/:token',
    serve((link, req, res) => decide(deps, link, req, res)),
  );
}

const tokenOf = (req: Request): string => String(req.params['token']);

async function pageFor(
  deps: ApiDeps,
  rates: Rates,
  req: Request,
  act: (link: GateLink) => Promise<Page>,
): Promise<Page> {
  const token = tokenOf(req);
  const most = req.method === 'POST' ? DECISIONS_A_MINUTE : LOOKS_A_MINUTE;
  if (!rates.take(`${req.method} ${token}`, most) || !rates.take(`from ${req.ip}`, 10 * LOOKS_A_MINUTE))
    return say(429, 'Too often', 'Wait for a minute, and try again.');
  const link = TOKEN.test(token) ? await deps.links.find(token) : undefined;
  return link ? act(link) : say(404, 'This link is no longer good', 'It has expired, or there was none like it.');
}

/** What there is to see now. `values` and `problems`: of an attempt before. */
async function look(
  deps: ApiDeps,
  link: GateLink,
  token: string,
  { status = 200, ...again }: { status?: number; values?: Values; problems?: string[] } = {},
): Promise<Page> {
  const gate = await deps.gates.find(link.orgId, link.runId, link.nodeKey);
  const over = overPage(link, gate);
  if (over) return over;
  const { workflow } = await headerOf(deps, link.orgId, link.runId);
  const nonce = nonceOf(token, gate!.evidence);
  return { status, body: askPage({ gate: gate!, workflow, subject: link.subject, nonce, ...again }) };
}

/** There is nothing to decide any more: what was decided, and by whom. */
function overPage(link: GateLink, gate: Gate | undefined): Page | undefined {
  if (link.decision)
    return say(
      200,
      `You ${link.decision === 'approve' ? 'approved' : 'denied'} it`,
      `Recorded ${link.decidedAt!.toISOString()}.`,
    );
  if (!gate || gate.round !== link.round)
    return say(200, 'This was asked anew', 'Another link leads to what is asked now.');
  const mine = (Array.isArray(gate.votes) ? gate.votes : []).find(
    (vote) => isObject(vote) && vote['actor'] === link.subject,
  );
  if (gate.status === 'open') return mine === undefined ? undefined : saysWho(mine);
  return isObject(gate.decision)
    ? saysWho(gate.decision)
    : say(200, 'Nobody needs to decide this any more', 'The run went on, or ended, without it.');
}

const saysWho = (decision: Json): Page => {
  const { actor, decision: was } = decision as { actor: string; decision: string };
  return say(200, 'It was decided', `${actor} ${was === 'approve' ? 'approved' : 'denied'} it.`);
};

async function decide(deps: ApiDeps, link: GateLink, req: Request, res: Response): Promise<Page> {
  const token = tokenOf(req);
  await passed(readForm, req, res);
  const values = Object.fromEntries(
    Object.entries((req.body ?? {}) as Record<string, unknown>).filter(([, value]) => typeof value === 'string'),
  ) as Values;
  const { decision, evidence = '', comment = '' } = values;
  if (!isFromPage(req, values, token))
    return say(403, 'This did not come from the page', 'Open the link, and decide there.');
  if (decision !== 'approve' && decision !== 'deny') throw new Fault('REQUEST_INVALID', 'approve or deny it');
  const gate = await deps.gates.find(link.orgId, link.runId, link.nodeKey);
  const over = overPage(link, gate);
  if (over) return over;
  const person = await deps.people.find(link.orgId, link.subject);
  if (!person || !can(person.roles, 'gates:decide'))
    return say(403, 'You may not decide this', 'You may not decide gates any more.');
  const form = gate!.form === null ? undefined : filledOut(gate!.form as JsonSchema, values);
  const header = await headerOf(deps, link.orgId, link.runId);
  const who = { orgId: link.orgId, subject: link.subject, roles: person.roles, groups: person.groups };
  const wish = {
    decision,
    ...(evidence === '' ? {} : { evidence }),
    ...(comment.trim() === '' ? {} : { comment }),
    ...(decision === 'deny' || form === undefined ? {} : { form }),
  } as const;
  try {
    await takeDecision(deps, who, header, link.nodeKey, wish);
  } catch (err) {
    return refused(deps, link, token, values, err);
  }
  await deps.links.decided(token, decision);
  return { ...say(303, 'Recorded', 'It is recorded.'), location: `/g/${token}` };
}

/** As a page: what is to be mended, or who was faster. */
async function refused(deps: ApiDeps, link: GateLink, token: string, values: Values, err: unknown): Promise<Page> {
  if (!(err instanceof Fault)) throw err;
  const again = (problems: string[]) => look(deps, link, token, { status: FAULTS[err.code].http, values, problems });
  if (err.code === 'INPUT_INVALID') {
    const { errors = [] } = (err.details ?? {}) as { errors?: { pointer: string; message: string }[] };
    return again(
      errors.map(
        ({ pointer, message }) => `${pointer.replace('/form/', '').replace('/form', '') || 'The form'} ${message}`,
      ),
    );
  }
  if (err.code === 'EVIDENCE_CHANGED')
    return again(['What is shown has changed since you opened the page. Look again.']);
  if (err.code === 'GATE_CLOSED') return say(409, 'It was decided already', err.message);
  if (err.code === 'FORBIDDEN') return say(403, 'You may not decide this', err.message);
  throw err;
}

/** Only who has seen the page knows it: it is made of the token and of what was shown. */
const nonceOf = (token: string, evidence: string | null): string =>
  createHmac('sha256', token)
    .update(`gate page ${evidence ?? ''}`)
    .digest('base64url');

/** A page of another site can't have sent it: it would have to know the token; a browser that says where it comes from is asked, too. */
function isFromPage(req: Request, { nonce = '', evidence = '' }: Values, token: string): boolean {
  const site = req.get('sec-fetch-site');
  const [given, expected] = [Buffer.from(nonce), Buffer.from(nonceOf(token, evidence))];
  return (
    (site === undefined || site === 'same-origin') &&
    given.length === expected.length &&
    timingSafeEqual(given, expected)
  );
}
