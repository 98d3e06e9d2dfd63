import { create } from 'zustand';
import type { Plan } from '../../../../../../core/spec/plan.js';
import type { Problem } from '../../../../../../core/spec/problems.js';
import { Unreadable } from './edit.js';
import { type PlacedProblem, placed } from './problems.js';
import { readSpec, type SpecView } from './read.js';

/** A version as the server has it. */
export interface Saved {
  id: string;
  name: string;
  version: number;
  hash: string;
  text: string;
}
export interface Selection {
  /** By key. */
  nodes: readonly string[];
  /** By their place in the spec's list. */
  edges: readonly number[];
}
/** Where nodes were dragged to by hand, by key, in the canvas's own units. What is not here, the layout places. */
export type Positions = Readonly<Record<string, { x: number; y: number }>>;
/** A text that was, and what was then done to it. */
export interface Step {
  text: string;
  positions: Positions;
  /** What was selected then: that is where it was done. */
  selection: Selection;
  label: string;
}

export interface BuilderState {
  /** The spec: the single truth. */
  text: string;
  /** What is drawable of it: while it is not `sound`, what it was before that. */
  view: SpecView;
  /** The version that the text is based on; null: it was never saved. */
  saved: Saved | null;
  /** The text differs from what is saved. */
  dirty: boolean;
  /** An old version is looked at, or the reader may not write: nothing changes the text. */
  readOnly: boolean;
  selection: Selection;
  /** Of the newest text that was compiled, in its order. */
  problems: readonly PlacedProblem[];
  /** Of this text; null while it has problems or is being compiled for the first time. */
  plan: Plan | null;
  compiling: boolean;
  past: readonly Step[];
  future: readonly Step[];
  positions: Positions;
  /** There is a text to work on; false until one was loaded, and once the builder was left. */
  loaded: boolean;
  /** Counts the texts that were loaded or left: what was asked for one says nothing of the next. */
  page: number;
  /** What was done last, for those who listen; a new object each time. `refused`: what was not, which nobody can see otherwise. */
  said: { text: string; refused?: true } | null;

  /**
   * Changes the text, as one step that can be undone. False when it was not: the text is read-only, or has mistakes that only the text
   * editor can mend; then it says so. `select`: what is selected after it.
   */
  change: (fn: (text: string) => string, label: string, select?: Partial<Selection>) => boolean;
  /** What was typed; what is typed in one go is one step. */
  setText: (text: string) => void;
  undo: () => void;
  redo: () => void;
  select: (selection: Partial<Selection>) => void;
  /** Another text altogether, without a past. */
  load: (given: { text: string; saved: Saved | null; positions?: Positions; readOnly?: boolean }) => void;
  /** Nothing is worked on any more. */
  leave: () => void;
  /** The text of that version is saved; what was typed meanwhile stays unsaved. */
  markSaved: (saved: Saved) => void;
  /** All positions anew, as a step that can be undone. */
  move: (positions: Positions, label: string) => void;
  compiled: (text: string, result: { plan: Plan } | { problems: readonly Problem[] }) => void;
  say: (text: string) => void;
  /** Says why something was not done. */
  refuse: (why: string) => void;
}

const NOTHING: Selection = { nodes: [], edges: [] };
/** Steps that can be undone. A large spec is held once for each. */
const MAX_PAST = 200;
/** A pause after which typing is another step. */
const PAUSE_MS = 1_500;
const TYPING = 'typing';

type State = Omit<
  BuilderState,
  { [K in keyof BuilderState]: BuilderState[K] extends (...args: never[]) => unknown ? K : never }[keyof BuilderState]
>;

let pages = 0;
const blank = (text: string, saved: Saved | null): State => ({
  page: ++pages,
  ...{ text, view: readSpec(text), saved, dirty: saved ? saved.text !== text : text.trim() !== '', readOnly: false },
  ...{
    selection: NOTHING,
    problems: [],
    plan: null,
    compiling: true,
    past: [],
    future: [],
    positions: {},
    said: null,
    loaded: true,
  },
});

/** Of the selection, what is there in the view; the same object when that is all of it. */
function present(selection: Selection, view: SpecView): Selection {
  const keys = new Set(view.nodes.map(({ key }) => key));
  const indices = new Set(view.edges.map(({ index }) => index));
  const nodes = selection.nodes.filter((key) => keys.has(key));
  const edges = selection.edges.filter((index) => indices.has(index));
  const whole = nodes.length === selection.nodes.length && edges.length === selection.edges.length;
  return whole ? selection : { nodes, edges };
}

/** While a text can not be read, which may be from one key to the next, what it was before stays drawn. */
const calmly = (before: SpecView, view: SpecView): SpecView =>
  view.sound || before.nodes.length === 0 ? view : { ...before, format: view.format, sound: false };

/** Of nodes that are called otherwise now, what they were called. */
function renamed(before: SpecView, after: SpecView): Map<string, string> {
  if (before.nodes.length !== after.nodes.length) return new Map();
  const pairs = after.nodes.map(({ key }, index) => [before.nodes[index]!.key, key] as const);
  const kept = new Set(after.nodes.map(({ key }) => key));
  return new Map(pairs.filter(([from, to]) => from !== to && !kept.has(from)));
}

/** What follows from another text. A node that is called otherwise keeps its place, and stays selected. */
function withText(state: BuilderState, text: string, selected: Selection): Partial<State> {
  const view = calmly(state.view, readSpec(text));
  const names = renamed(state.view, view);
  const selection =
    names.size === 0 ? selected : { ...selected, nodes: selected.nodes.map((key) => names.get(key) ?? key) };
  const positions =
    names.size === 0
      ? state.positions
      : Object.fromEntries(Object.entries(state.positions).map(([key, at]) => [names.get(key) ?? key, at]));
  const dirty = state.saved ? state.saved.text !== text : text.trim() !== '';
  return { text, view, positions, dirty, selection: present(selection, view), plan: null, compiling: true };
}

/** Nothing but the text's own editor changes it: it is only looked at, or has mistakes that can be mended only there. */
export const isLocked = ({ readOnly, view }: BuilderState): boolean => readOnly || !view.sound;

export const useBuilder = create<BuilderState>()((set, get) => {
  let typedAt = 0;
  const stepOf = ({ text, positions, selection }: BuilderState, label: string): Step => ({
    ...{ text, positions, selection, label },
  });
  return {
    ...blank('', null),
    loaded: false,
    change(fn, label, select) {
      const state = get();
      if (state.readOnly) return false;
      let text: string;
      try {
        text = fn(state.text);
      } catch (err) {
        if (!(err instanceof Unreadable || err instanceof RangeError)) throw err;
        state.refuse(err.message);
        return false;
      }
      const selection = select ? { ...NOTHING, ...select } : state.selection;
      if (text === state.text) {
        set({ selection: present(selection, state.view) });
        return true;
      }
      typedAt = 0;
      set({
        ...withText(state, text, selection),
        past: [...state.past.slice(1 - MAX_PAST), stepOf(state, label)],
        ...{ future: [], said: { text: label } },
      });
      return true;
    },
    setText(text) {
      const state = get();
      if (state.readOnly || text === state.text) return;
      const goesOn =
        state.past.at(-1)?.label === TYPING && Date.now() - typedAt < PAUSE_MS && state.future.length === 0;
      typedAt = Date.now();
      const past = goesOn ? state.past : [...state.past.slice(1 - MAX_PAST), stepOf(state, TYPING)];
      set({ ...withText(state, text, state.selection), past, future: [] });
    },
    undo() {
      const state = get();
      const step = state.past.at(-1);
      if (!step || state.readOnly) return;
      typedAt = 0;
      set({
        ...withText(state, step.text, step.selection),
        ...{
          positions: step.positions,
          past: state.past.slice(0, -1),
          future: [stepOf(state, step.label), ...state.future],
        },
        said: { text: `Undone: ${step.label}` },
      });
    },
    redo() {
      const state = get();
      const [step, ...future] = state.future;
      if (!step || state.readOnly) return;
      typedAt = 0;
      set({
        ...withText(state, step.text, step.selection),
        ...{ positions: step.positions, past: [...state.past, stepOf(state, step.label)], future },
        said: { text: `Done again: ${step.label}` },
      });
    },
    select(selection) {
      const { view, selection: before } = get();
      const next = present({ ...NOTHING, ...selection }, view);
      if (JSON.stringify(next) !== JSON.stringify(before)) set({ selection: next });
    },
    load({ text, saved, positions = {}, readOnly = false }) {
      typedAt = 0;
      set({ ...blank(text, saved), positions, readOnly });
    },
    leave: () => set({ ...blank('', null), loaded: false }),
    markSaved(saved) {
      set(({ text }) => ({ saved, dirty: text !== saved.text }));
    },
    move(positions, label) {
      const state = get();
      if (state.readOnly || JSON.stringify(positions) === JSON.stringify(state.positions)) return;
      typedAt = 0;
      set({
        positions,
        past: [...state.past.slice(1 - MAX_PAST), stepOf(state, label)],
        future: [],
        said: { text: label },
      });
    },
    compiled(text, result) {
      const state = get();
      if (text !== state.text) return;
      if ('plan' in result) set({ plan: result.plan, problems: [], compiling: false });
      else set({ plan: null, problems: result.problems.map((each) => placed(each, state.view)), compiling: false });
    },
    say: (text) => set({ said: { text } }),
    refuse: (why) => set({ said: { text: why, refused: true } }),
  };
});
