/**
 * The builder's model. The text of the spec is the single truth: canvas and forms are drawn from `readSpec(text)` and change it with the
 * pure functions here, each text → text; the store keeps texts, their past, and what the compiler says of the newest.
 */
export { startCompiling } from './compiling.js';
export { type Draft, draftFor, draftOf, forgetDraft, keepDraft } from './drafts.js';
export { copyNodes, isClip, pasteNodes } from './clipboard.js';
export { type Path, setIn, Unreadable } from './edit.js';
export { addEdge, addNode, changeNode, type EdgeChange, removeEdges, removeNodes, setEdge } from './graph-edits.js';
export { format } from './format.js';
export { answerDraft, startKeeping, useKeeping } from './keeping.js';
export { LEAST } from './least.js';
export { adviceOf, type PlacedProblem, placed } from './problems.js';
export {
  type DrawnEdge,
  type DrawnNode,
  formatOf,
  type LineSpan,
  readSpec,
  type Spans,
  type SpecView,
  spansOf,
} from './read.js';
export { renameNode } from './rename.js';
export {
  type BuilderState,
  isLocked,
  type Positions,
  type Saved,
  type Selection,
  type Step,
  useBuilder,
} from './store.js';
export { summaryOf } from './summary.js';
export { placesOf, showUntaken, type Untaken, useUntaken } from './untaken.js';
