import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  parseDocument,
  YAMLMap,
  YAMLSeq,
} from 'yaml';
import type { Json } from '../../../../../../core/json.js';
import { quickYaml } from '../../../../../../core/spec/quick-yaml.js';
import { graft } from './graft.js';
import { formatOf, READ } from './read.js';

/** Where something stands in a spec: keys and indices from its root. */
export type Path = readonly (string | number)[];

/** The text is neither YAML nor JSON: what is wrong has to be mended in the text first. */
export class Unreadable extends Error {
  constructor() {
    super('The text has mistakes. Mend them there first.');
    this.name = 'Unreadable';
  }
}

/**
 * The text with a change of its document. Comments, order and formatting stay as they are wherever the change does not reach: only the lines
 * that differ are taken over. A change that changes nothing gives the same text. Throws Unreadable.
 */
export function edit(text: string, change: (document: Document) => void): string {
  const known = last?.text === text ? last : undefined;
  last = undefined; // a change that throws half-way leaves a document that is nobody's
  const document = known?.document ?? parseDocument(text, READ);
  if (document.errors.length > 0) throw new Unreadable();
  if (formatOf(text) === 'json') return editJson(text, document, change);
  const style = known?.style ?? styleOf(text);
  const before = known?.printed ?? document.toString(style);
  change(document as unknown as Document);
  const printed = document.toString(style);
  const wanted = document.toJS() as Json;
  const edited = printed === before ? text : graft(text, before, printed, (merged) => sameContent(merged, wanted));
  last = { text: edited, document, printed, style };
  return edited;
}

/** The document of the text that was made last. Edits come one after the other, and to parse a large text and print it takes longest. */
let last:
  | { text: string; document: ReturnType<typeof parseDocument>; printed: string; style: ReturnType<typeof styleOf> }
  | undefined;

function editJson(
  text: string,
  document: ReturnType<typeof parseDocument>,
  change: (document: Document) => void,
): string {
  const indent = /\n([ \t]+)"/.exec(text)?.[1] ?? (text.includes('\n') ? '  ' : '');
  const write = (): string => JSON.stringify(document.toJS(), null, indent) + (text.endsWith('\n') ? '\n' : '');
  const before = write();
  change(document as unknown as Document);
  const after = write();
  return after === before ? text : graft(text, before, after, (merged) => sameContent(merged, document.toJS() as Json));
}

/** How the author writes: how far lines are indented, and whether lists are. */
function styleOf(text: string): { indent: number; indentSeq: boolean; lineWidth: 0; flowCollectionPadding: boolean } {
  const nested = /^[^\s#-][^\n]*:[ \t]*\n(?:[ \t]*(?:#[^\n]*)?\n)*( *)(-?)/m.exec(text);
  const indent = /^[^\s#-][^\n]*:[ \t]*\n( +)[^\s#-]/m.exec(text)?.[1]?.length ?? 2;
  return {
    indent: Math.max(1, Math.min(indent, 8)),
    indentSeq: !(nested?.[2] === '-' && nested[1] === ''),
    lineWidth: 0,
    flowCollectionPadding: !/(?<!\$)\{["\w]/.test(text) || /(?<!\$)\{ +["\w]/.test(text),
  };
}

function sameContent(text: string, wanted: Json): boolean {
  const quick = quickYaml(text);
  if (quick !== undefined) return JSON.stringify(quick) === JSON.stringify(wanted);
  const document = parseDocument(text, READ);
  return document.errors.length === 0 && JSON.stringify(document.toJS()) === JSON.stringify(wanted);
}

/** Sets what stands at the path, with the maps on the way to it; undefined removes it. Throws Unreadable. */
export function setIn(text: string, path: Path, value: Json | undefined): string {
  return edit(text, (document) => put(document, path, value));
}

/** As setIn, in a document. What is written differently but is the same value stays as it is written. */
export function put(document: Document, path: Path, value: Json | undefined): void {
  unalias(document, path);
  if (value === undefined) {
    document.deleteIn(path);
    return;
  }
  const present = document.getIn(path, true) as Node | undefined;
  if (present !== undefined) return putOver(document, path, present, value);
  for (let depth = 1; depth < path.length; depth++) {
    const holder = document.getIn(path.slice(0, depth), true);
    if (isCollection(holder)) continue;
    document.setIn(path.slice(0, depth), typeof path[depth] === 'number' ? new YAMLSeq() : new YAMLMap());
  }
  const holder = document.getIn(path.slice(0, -1), true);
  // Empty braces were only there because there was nothing to write.
  if (isCollection(holder) && holder.items.length === 0) holder.flow = false;
  document.setIn(path, document.createNode(value));
}

/** Keeps of what is there whatever is still so: a scalar's quotes and comment, a map's fields that stay. */
function putOver(document: Document, path: Path, present: Node, value: Json): void {
  if (JSON.stringify(present.toJS(document)) === JSON.stringify(value)) return;
  if (isScalar(present) && (value === null || typeof value !== 'object')) {
    if (typeof present.value !== typeof value) present.type = undefined as never;
    if (typeof value === 'string' && value.includes('\n') && present.type?.startsWith('QUOTE'))
      present.type = 'BLOCK_LITERAL';
    present.value = value;
    delete present.source;
    delete present.format;
  } else if (isMap(present) && value !== null && typeof value === 'object' && !Array.isArray(value)) {
    for (const { key } of [...present.items]) {
      const name = String(isScalar(key) ? key.value : key);
      if (!Object.hasOwn(value, name)) present.delete(key);
    }
    for (const [name, inner] of Object.entries(value)) put(document, [...path, name], inner);
  } else if (isSeq(present) && Array.isArray(value)) {
    while (present.items.length > value.length) present.items.pop();
    for (const [index, inner] of value.entries()) put(document, [...path, index], inner);
  } else {
    const made = document.createNode(value) as Node & { comment?: string | null };
    const { comment, commentBefore } = present;
    if (comment) made.comment = comment;
    if (commentBefore) made.commentBefore = commentBefore;
    document.setIn(path, made);
  }
}

/** What stands for something else on the way becomes a copy of it, so that a change of one is not a change of both. */
export function unalias(document: Document, path: Path): void {
  for (let depth = 0; depth <= path.length; depth++) {
    const here = depth === 0 ? document.contents : (document.getIn(path.slice(0, depth), true) as Node | undefined);
    if (isAlias(here)) document.setIn(path.slice(0, depth), document.createNode(here.toJS(document)));
  }
}
