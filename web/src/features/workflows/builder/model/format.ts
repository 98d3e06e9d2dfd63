import { parseDocument } from 'yaml';
import { Unreadable } from './edit.js';
import { formatOf, READ } from './read.js';

/** The text as a printer writes it: two spaces, no wrapped lines; comments and the order of things stay. Throws Unreadable. */
export function format(text: string): string {
  const document = parseDocument(text, READ);
  if (document.errors.length > 0) throw new Unreadable();
  if (formatOf(text) === 'json') return `${JSON.stringify(document.toJS(), null, 2)}\n`;
  return document.toString({ indent: 2, indentSeq: true, lineWidth: 0 });
}
