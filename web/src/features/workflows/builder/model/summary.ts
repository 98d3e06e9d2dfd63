import { isObject, type Json, type JsonObject } from '../../../../../../core/json.js';

/** Of each type of node, what is told of it in one line. */
const SUMMARIES: Record<string, (config: JsonObject) => Json | undefined> = {
  tool_call: ({ tool, request, name, code }) =>
    tool === 'http' && isObject(request)
      ? requestLine(request)
      : (name ?? (code === undefined ? '' : 'inline function')),
  agent_call: ({ agent }) => agent,
  transform: ({ value }) => value,
  wait: ({ duration, until, event }) =>
    event !== undefined ? `event ${show(event)}` : until !== undefined ? `until ${show(until)}` : duration,
  subworkflow: ({ workflow, version }) => `${show(workflow)}${version === undefined ? '' : ` v${show(version)}`}`,
  map: ({ over, do: body }) => `${isObject(body) ? `${show(body['type'])} for each of ` : ''}${show(over)}`,
  human_gate: ({ title }) => title,
};

const requestLine = ({ method, url }: JsonObject): string => `${show(method ?? 'GET')} ${show(url)}`.trimEnd();

/** One line, at most 120 characters; '' when there is nothing to tell. Any config will do, also one that is wrong. */
export function summaryOf(type: string, config: Json | undefined): string {
  if (!isObject(config) || !Object.hasOwn(SUMMARIES, type)) return '';
  const line = show(SUMMARIES[type]!(config)).replace(/\s+/g, ' ').trim();
  return line.length > 120 ? `${line.slice(0, 119)}…` : line;
}

const show = (value: Json | undefined): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
