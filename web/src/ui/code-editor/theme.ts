import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import type { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** All of tokens, which know of light and dark themselves. */
const look = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'transparent', fontSize: 'var(--text-s)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.6', overflow: 'auto', fontVariantLigatures: 'none' },
  '.cm-content': { padding: 'var(--s2) 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 var(--s3) 0 var(--s1)' },
  '.cm-cursor, .cm-dropCursor': { borderLeftColor: 'var(--ink)', borderLeftWidth: '2px' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    background: 'var(--accent-soft)',
  },
  '.cm-gutters': { color: 'var(--ink-3)', backgroundColor: 'transparent', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 var(--s1) 0 var(--s2)', minWidth: '32px' },
  '.cm-foldGutter .cm-gutterElement': { width: '14px', textAlign: 'center', cursor: 'pointer' },
  '.cm-gutter-lint': { width: '14px' },
  '.cm-gutter-lint .cm-gutterElement': { padding: '0 3px' },
  '.cm-lint-marker': { width: '8px', height: '8px', marginTop: 'calc((1.6em - 8px) / 2)', borderRadius: '50%' },
  '.cm-lint-marker-error': { content: 'normal', background: 'var(--bad-fill)' },
  '.cm-lint-marker-warning': { content: 'normal', background: 'var(--wait-fill)' },
  '.cm-lint-marker-info': { content: 'normal', background: 'var(--busy-fill)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--hover) 55%, transparent)' },
  '.cm-activeLineGutter': { color: 'var(--ink)', backgroundColor: 'transparent' },
  '.cm-foldPlaceholder': { color: 'var(--ink-2)', background: 'var(--sunken)', border: '1px solid var(--line)' },
  '&.cm-focused .cm-matchingBracket': { background: 'var(--hover)', outline: '1px solid var(--line-strong)' },
  '&.cm-focused .cm-nonmatchingBracket': { color: 'var(--bad-ink)', background: 'none' },
  '.cm-expression': { background: 'var(--accent-soft)', borderRadius: '3px' },
  '.cm-expression, .cm-expression *': { color: 'var(--accent-ink)' },
  '.cm-selectionMatch': { background: 'var(--wait-soft)' },
  '.cm-searchMatch': { background: 'var(--wait-soft)', outline: '1px solid var(--wait-fill)' },
  '.cm-searchMatch-selected': { background: 'var(--accent-soft)', outlineColor: 'var(--focus)' },
});

const around = EditorView.theme({
  '.cm-panels': { color: 'var(--ink)', background: 'var(--raised)', borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search': { padding: 'var(--s2)', fontFamily: 'var(--font)', fontSize: 'var(--text-s)' },
  '.cm-panel.cm-search label': { color: 'var(--ink-2)', fontSize: 'var(--text-s)' },
  '.cm-textfield': {
    height: '26px',
    padding: '0 var(--s2)',
    color: 'var(--ink)',
    background: 'var(--surface)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius-s)',
  },
  '.cm-button': {
    height: '26px',
    color: 'var(--ink)',
    background: 'var(--surface)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius-s)',
  },
  '.cm-tooltip': {
    color: 'var(--ink)',
    background: 'var(--raised)',
    border: '1px solid var(--line-strong)',
    borderRadius: 'var(--radius)',
    boxShadow: 'var(--shadow-l)',
  },
  '.cm-tooltip-hover': { maxWidth: '440px', fontFamily: 'var(--font)', fontSize: 'var(--text-s)' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--mono)', maxHeight: '14em' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px var(--s2)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { color: 'var(--ink)', background: 'var(--accent-soft)' },
  '.cm-completionMatchedText': { color: 'var(--accent-ink)', textDecoration: 'none', fontWeight: '600' },
  '.cm-completionDetail': { color: 'var(--ink-3)', fontStyle: 'normal' },
  '.cm-completionInfo': { maxWidth: '320px', padding: 'var(--s2)', fontFamily: 'var(--font)' },
  '.cm-diagnostic': { padding: 'var(--s1) var(--s2)', whiteSpace: 'pre-wrap' },
  '.cm-diagnostic-error': { borderLeft: '3px solid var(--bad-fill)' },
  '.cm-diagnostic-warning': { borderLeft: '3px solid var(--wait-fill)' },
  '.cm-diagnostic-info': { borderLeft: '3px solid var(--busy-fill)' },
  '.cm-diagnosticAction': { color: 'var(--on-accent)', background: 'var(--accent)', borderRadius: 'var(--radius-s)' },
  '.cm-diagnosticSource': { color: 'var(--ink-3)', fontSize: 'var(--text-xs)', opacity: '1' },
  '.cm-panel.cm-panel-lint ul [aria-selected]': { background: 'var(--accent-soft)' },
});

const colours = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: 'var(--ink-3)', fontStyle: 'italic' },
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: 'var(--busy-ink)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--good-ink)' },
  { tag: [tags.content], color: 'var(--ink)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.keyword], color: 'var(--wait-ink)' },
  { tag: [tags.standard(tags.variableName)], color: 'var(--accent-ink)', fontWeight: '600' },
  { tag: [tags.function(tags.variableName)], color: 'var(--held-ink)' },
  { tag: [tags.labelName, tags.typeName], color: 'var(--held-ink)' },
  { tag: [tags.operator, tags.punctuation, tags.separator, tags.bracket], color: 'var(--ink-2)' },
  { tag: tags.invalid, color: 'var(--bad-ink)' },
]);

export const theme: Extension = [look, around, syntaxHighlighting(colours)];
