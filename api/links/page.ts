import { createHash } from 'node:crypto';
import type { GateRow } from '../../adapters/postgres/gates.js';
import { isObject, type Json, type JsonSchema } from '../../core/json.js';
import { inputsOf, type Values } from './form.js';
import { type Html, html } from './html.js';
import { STYLE } from './style.js';

/** The pages behind a link to a gate. No script, nothing from elsewhere. */

/** For the header of each of them. */
export const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

export interface Asked {
  gate: GateRow;
  workflow: string;
  /** Whom the link speaks for. */
  subject: string;
  nonce: string;
  /** What was filled in before. */
  values?: Values;
  /** What is wrong with that. */
  problems?: string[];
}

/** The question, with all that there is to see, and two buttons. */
export function askPage({ gate, workflow, subject, nonce, values = {}, problems = [] }: Asked): string {
  const form = gate.form as JsonSchema | null;
  return whole(
    gate.title,
    html`<p class="where">${workflow} · <code>${gate.node_key}</code></p>
      <h1>${gate.title}</h1>
      ${problems.length === 0 ? undefined : html`<div class="wrong" role="alert">${problems.map((each) => html`<p>${each}</p>`)}</div>`}
      ${gate.show === null ? undefined : html`<section class="shown">${shown(gate.show)}</section>`}
      ${facts(gate, subject)}
      <form method="post" autocomplete="off">
        <input type="hidden" name="nonce" value="${nonce}" />
        <input type="hidden" name="evidence" value="${gate.evidence ?? ''}" />
        ${form === null ? undefined : inputsOf(form, values)}
        <label for="comment">Comment <small>optional</small></label>
        <textarea id="comment" name="comment" rows="3" maxlength="4000">${values['comment'] ?? ''}</textarea>
        <div class="buttons">
          <button name="decision" value="approve">Approve</button>
          <button name="decision" value="deny" class="deny" formnovalidate>Deny</button>
        </div>
      </form>`,
  );
}

/** One message, such as that it was decided. */
export const sayPage = (title: string, text: string): string => whole(title, html`<h1>${title}</h1><p>${text}</p>`);

function facts({ waits_for, due_at, votes, evidence }: GateRow, subject: string): Html {
  const voted = (Array.isArray(votes) ? votes : []) as { actor?: string; decision?: string; comment?: string }[];
  return html`<dl class="facts">
    <dt>You</dt><dd>${subject}</dd>
    ${waits_for === null ? undefined : html`<dt>It</dt><dd>${waits_for}</dd>`}
    ${voted.map((vote) => html`<dt>${vote.actor}</dt><dd>${vote.decision === 'approve' ? 'approved' : 'denied'}${vote.comment === undefined ? undefined : html`: ${vote.comment}`}</dd>`)}
    ${due_at === null ? undefined : html`<dt>Due</dt><dd><time datetime="${due_at}">${due_at.slice(0, 16).replace('T', ' ')} UTC</time></dd>`}
    ${evidence === null ? undefined : html`<dt>Evidence</dt><dd><code>${evidence}</code></dd>`}
  </dl>`;
}

const DEEP = 8;

/** JSON as people read it: objects as lists of names, lists of like objects as tables. */
function shown(value: Json, depth = 0): Html {
  if (depth === DEEP) return html`<code>${JSON.stringify(value)}</code>`;
  if (Array.isArray(value)) {
    if (value.length === 0) return html`<span class="none">nothing</span>`;
    const names = columnsOf(value);
    if (names) return table(names, value as Record<string, Json>[], depth);
    return html`<ol>${value.map((each) => html`<li>${shown(each, depth + 1)}</li>`)}</ol>`;
  }
  if (isObject(value))
    return html`<dl>${Object.entries(value).map(([name, each]) => html`<dt>${name}</dt><dd>${shown(each, depth + 1)}</dd>`)}</dl>`;
  if (value === null) return html`<span class="none">nothing</span>`;
  return typeof value === 'string' ? html`<span class="text">${value}</span>` : html`${String(value)}`;
}

/** The names that all of the rows have, when there is a table in it. */
function columnsOf(rows: Json[]): string[] | undefined {
  const [first] = rows;
  if (rows.length < 2 || !isObject(first)) return undefined;
  const names = Object.keys(first);
  const alike = rows.every((row) => isObject(row) && Object.keys(row).join('\n') === names.join('\n'));
  return alike && names.length > 0 && names.length <= 8 ? names : undefined;
}

const table = (names: string[], rows: Record<string, Json>[], depth: number): Html =>
  html`<div class="wide"><table>
    <thead><tr>${names.map((name) => html`<th>${name}</th>`)}</tr></thead>
    <tbody>${rows.map((row) => html`<tr>${names.map((name) => html`<td>${shown(row[name]!, depth + 1)}</td>`)}</tr>`)}</tbody>
  </table></div>`;

const whole = (title: string, body: Html): string =>
  `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><meta name="color-scheme" content="light dark">
${html`<title>${title}</title>`.text}<style>${STYLE}</style></head>
<body><main>${body.text}</main></body></html>`;
