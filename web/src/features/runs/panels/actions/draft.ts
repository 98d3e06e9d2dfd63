import { parse } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../../../../../core/json.js';
import type { ActName } from './offers.js';
import type { Wish } from './wish.js';

/** What stands in a dialog's fields, as typed. */
export interface Draft {
  fresh: boolean;
  /** How a node is to run again, or what is to stand in its place. */
  instead: 'as_is' | 'input' | 'output';
  /** JSON. */
  input: string;
  output: string;
  /** By what an amendment is told. */
  by: 'spec' | 'patch' | 'version';
  spec: string;
  /** YAML. */
  patch: string;
  version: string;
  /** Of a fork. */
  from: string;
  /** Of a redrive of a run that completed. */
  nodes: string[];
  /** JSON, by node. */
  inputs: { [node: string]: string };
  name: string;
  key: string;
  data: string;
  /** Typed by hand, before a run is terminated. */
  confirm: string;
}
export const CONFIRM = 'terminate';

/** Whether something was written that it would be a pity to lose; a choice is made again in a moment. */
export const hasWork = (draft: Draft, first: Draft): boolean =>
  (['input', 'output', 'spec', 'patch', 'data', 'inputs'] as const).some(
    (field) => JSON.stringify(draft[field]) !== JSON.stringify(first[field]),
  );

/** The field that is not right yet, and why; `field` is null when the reader just has not come to it. */
export interface Missing {
  field: keyof Draft | null;
  not: string;
}
export type Drafted = { wish: Wish } | Missing;

/** What the fields ask for. `was`: the spec by which the run goes on now, and whether the run completed. */
export function wishOf(
  { act, node = '' }: { act: ActName; node?: string },
  draft: Draft,
  was: { spec: string; completed: boolean },
): Drafted {
  switch (act) {
    case 'pause':
    case 'resume':
    case 'cancel':
      return { wish: { do: act } };
    case 'pause_node':
      return { wish: { do: 'pause', node } };
    case 'resume_node':
      return { wish: { do: 'resume', node } };
    case 'skip':
      return { wish: { do: 'skip', node } };
    case 'terminate':
      return draft.confirm === CONFIRM
        ? { wish: { do: 'terminate' } }
        : { field: null, not: `Type ${CONFIRM} to go on.` };
    case 'retry':
      return draft.instead === 'input'
        ? withJson('input', draft.input, (input) => ({ do: 'retry', node, input }))
        : { wish: { do: 'retry', node, ...(draft.fresh ? { fresh: true } : {}) } };
    case 'set_output':
      return withJson('output', draft.output, (output) => ({ do: 'set_output', node, output }));
    case 'fork':
    case 'fork_here':
      return fork(act === 'fork' ? draft.from : node, draft);
    case 'redrive':
      return redrive(draft, was.completed);
    case 'amend':
      return amend(draft, was.spec);
    case 'event':
      if (draft.name === '') return { field: null, not: 'Name the event.' };
      return withJson('data', draft.data, (data) => ({ do: 'event', name: draft.name, key: draft.key, data }));
    case 'compare':
      return { field: null, not: 'Choose a run.' };
  }
}

function fork(from: string, draft: Draft): Drafted {
  if (from === '') return { field: null, not: 'Choose the node from which the new run begins.' };
  const { instead } = draft;
  return instead === 'as_is'
    ? { wish: { do: 'fork', from } }
    : withJson(instead, draft[instead], (value) => ({ do: 'fork', from, [instead]: value }));
}

function redrive({ nodes, inputs, fresh }: Draft, completed: boolean): Drafted {
  if (completed && nodes.length === 0) return { field: null, not: 'Choose the failed nodes that are to run again.' };
  const changed: { [node: string]: Json } = {};
  for (const [node, text] of Object.entries(inputs)) {
    const read = readJson(text);
    if ('not' in read) return { field: 'inputs', not: `The input of ${node}: ${read.not}` };
    changed[node] = read.value;
  }
  return {
    wish: {
      do: 'redrive',
      ...(completed ? { nodes } : {}),
      ...(Object.keys(changed).length > 0 ? { inputs: changed } : {}),
      ...(fresh ? { fresh: true } : {}),
    },
  };
}

function amend({ by, spec, patch, version }: Draft, was: string): Drafted {
  if (by === 'spec')
    return spec === was ? { field: null, not: 'Change the spec.' } : { wish: { do: 'amend', by: { spec } } };
  if (by === 'version') {
    const n = Number(version);
    return Number.isInteger(n) && n > 0
      ? { wish: { do: 'amend', by: { version: n } } }
      : { field: version === '' ? null : 'version', not: 'A version is a whole number from 1.' };
  }
  const read = readYaml(patch);
  return 'not' in read
    ? { field: patch === '' ? null : 'patch', not: read.not }
    : { wish: { do: 'amend', by: { patch: read.value } } };
}

function withJson(field: keyof Draft, text: string, make: (value: Json) => Wish): Drafted {
  const read = readJson(text);
  return 'not' in read ? { field, not: read.not } : { wish: make(read.value) };
}

export function readJson(text: string): { value: Json } | { not: string } {
  try {
    return { value: JSON.parse(text) as Json };
  } catch (err) {
    return {
      not: text.trim() === '' ? 'JSON is expected: null, at least.' : `It is no JSON: ${(err as Error).message}`,
    };
  }
}

function readYaml(text: string): { value: JsonObject } | { not: string } {
  try {
    const value: unknown = parse(text);
    return isObject(value) ? { value } : { not: 'A patch has nodes, remove_edges, add_edges or output.' };
  } catch (err) {
    return { not: `It is no YAML: ${(err as Error).message.split('\n')[0]}` };
  }
}
