import { json } from '@codemirror/lang-json';
import { yaml } from '@codemirror/lang-yaml';
import { StreamLanguage, type StreamParser, syntaxTree } from '@codemirror/language';
import type { EditorState, Extension } from '@codemirror/state';
import {
  Decoration,
  type DecorationSet,
  type EditorView,
  MatchDecorator,
  ViewPlugin,
  type ViewUpdate,
} from '@codemirror/view';
import type { CodeEditorProps } from './props.js';

export function languageOf(language: NonNullable<CodeEditorProps['language']>): Extension {
  switch (language) {
    case 'yaml':
      return [yaml(), EXPRESSIONS];
    case 'json':
      return [json(), EXPRESSIONS];
    case 'cel':
      return CEL;
    case 'text':
      return EXPRESSIONS;
  }
}

const EXPRESSION = Decoration.mark({ class: 'cm-expression' });
const marks = new MatchDecorator({
  regexp: /(?<!\$)\$\{(?:[^{}"']|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|\{[^{}]*\})*\}/g,
  decorate(add, from, to, _, { state }) {
    if (!isScript(state, from)) add(from, to, EXPRESSION);
  },
});

/** In the code of a function, `${ … }` is the language's own. */
function isScript(state: EditorState, at: number): boolean {
  let node: ReturnType<ReturnType<typeof syntaxTree>['resolveInner']> | null = syntaxTree(state).resolveInner(at, 1);
  while (node && node.name !== 'Pair' && node.name !== 'Property') node = node.parent;
  const key = node?.firstChild;
  return key !== null && key !== undefined && /^"?code"?$/.test(state.sliceDoc(key.from, key.to));
}

/** `${ … }` in a text of any language. */
const EXPRESSIONS = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;

    constructor(view: EditorView) {
      this.decorations = marks.createDeco(view);
    }

    update(update: ViewUpdate): void {
      this.decorations = marks.updateDeco(update, this.decorations);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

const cel: StreamParser<unknown> = {
  name: 'cel',
  token(stream) {
    if (stream.eatSpace()) return null;
    if (stream.match('//')) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match(/^[rR]?(?:"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)/)) return 'string';
    if (stream.match(/^(?:0x[\da-fA-F]+|\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)u?/)) return 'number';
    if (stream.match(/^(?:true|false|null)\b/)) return 'atom';
    if (stream.match(/^in\b/)) return 'keyword';
    if (stream.match(/^(?:input|nodes|run|item|index)\b(?!\s*\()/)) return 'variableName.standard';
    if (stream.match(/^[A-Za-z_]\w*(?=\s*\()/)) return 'variableName.function';
    if (stream.match(/^[A-Za-z_]\w*/)) return 'propertyName';
    if (stream.match(/^(?:&&|\|\||[=!<>]=|[-+*/%!<>?:])/)) return 'operator';
    stream.next();
    return 'punctuation';
  },
};
const CEL = StreamLanguage.define(cel);
