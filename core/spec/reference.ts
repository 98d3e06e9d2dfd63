import { MAX_INT } from '../limits.js';

/**
 * How a workflow is named wherever one is asked for: `flow` (its newest version), `flow@3` (that version), `flow@stable` (what the alias
 * leads to), or the id of a version. Neither names nor ids have an `@`, and an alias begins with a letter, so each text reads one way.
 */
export type WorkflowReference =
  | { kind: 'id'; id: string }
  | { kind: 'newest'; name: string }
  | { kind: 'version'; name: string; version: number }
  | { kind: 'alias'; name: string; alias: string };

/** As newId makes them: a workflow may well be called `wf_report`. */
const VERSION_ID = /^wf_[0-9a-f]{32}$/;
const NAME = '[a-z0-9][a-z0-9_-]{0,62}';
const ALIAS_NAME = '[a-z][a-z0-9_-]{0,62}';
export const WORKFLOW_NAME = new RegExp(`^${NAME}$`);
export const ALIAS = new RegExp(`^${ALIAS_NAME}$`);
/** As a spec may name a workflow to run. */
export const NAME_OR_ALIAS = new RegExp(`^${NAME}(?:@${ALIAS_NAME})?$`);

/** Takes any text: what names nothing is a name that nobody has. */
export function parseReference(text: string): WorkflowReference {
  if (VERSION_ID.test(text)) return { kind: 'id', id: text };
  const at = text.indexOf('@');
  if (at === -1) return { kind: 'newest', name: text };
  const [name, which] = [text.slice(0, at), text.slice(at + 1)];
  const version = /^[1-9]\d{0,9}$/.test(which) ? Number(which) : MAX_INT + 1;
  return version <= MAX_INT ? { kind: 'version', name, version } : { kind: 'alias', name, alias: which };
}

/** The alias in it, if it goes by one. */
export function aliasIn(text: string): string | undefined {
  const reference = parseReference(text);
  return reference.kind === 'alias' ? reference.alias : undefined;
}
