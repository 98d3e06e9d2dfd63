import { create } from 'zustand';
import { type Draft, draftFor, draftOf, keepDraft } from './drafts.js';
import { type BuilderState, type Positions, useBuilder } from './store.js';

/** After the last change. */
const PAUSE_MS = 400;

/** `found`: what was kept from an earlier time and differs from what is shown. `kept`: the last change is stored. */
export const useKeeping = create<{ found: Draft | undefined; kept: boolean }>(() => ({ found: undefined, kept: true }));

/** What this tab has kept or restored: whatever else is found under its key is another's. */
let mine: Draft | undefined;

/**
 * Keeps what the store has and the server has not, under the workflow's name; null: a new one. What is found there of an earlier time is
 * offered, and neither that nor what another tab keeps there is lost by what is done meanwhile: it is put aside and offered the next time.
 * Answers the way to stop; what is not stored by then is.
 */
export function startKeeping(org: string, name: string | null): () => void {
  const { text, readOnly, view } = useBuilder.getState();
  const draft = readOnly ? undefined : draftFor(org, name);
  mine = draft && isOffered(draft, text) ? undefined : draft;
  if (mine) useBuilder.setState({ positions: placesOf(mine, new Set(view.nodes.map(({ key }) => key))) });
  useKeeping.setState({ found: readOnly ? undefined : foundOf(org, name), kept: true });

  let timer: ReturnType<typeof setTimeout> | undefined;
  const keep = (state: BuilderState): void => {
    clearTimeout(timer);
    timer = undefined;
    putAside(org, name, state);
    // What was new and is saved is kept under its name from then on.
    mine = name === null && state.saved ? undefined : draftOf(state, new Date());
    useKeeping.setState({ kept: keepDraft(org, name, mine) });
  };
  const flush = (state: BuilderState): void => {
    if (timer !== undefined) keep(state);
  };
  const unsubscribe = useBuilder.subscribe((state, before) => {
    if (!state.loaded) return flush(before);
    const same = state.text === before.text && state.positions === before.positions && state.saved === before.saved;
    if (same || state.readOnly) return;
    clearTimeout(timer);
    timer = setTimeout(() => keep(useBuilder.getState()), PAUSE_MS);
  });
  const onHide = (): void => flush(useBuilder.getState());
  window.addEventListener('pagehide', onHide);
  return () => {
    onHide();
    unsubscribe();
    window.removeEventListener('pagehide', onHide);
    useKeeping.setState({ found: undefined, kept: true });
  };
}

/** Where nodes were put by hand is nothing to ask about. */
const isOffered = (draft: Draft, text: string): boolean => draft.unsaved && draft.text !== text;

/** What is there to be offered: what was kept last, or else what was put aside. */
function foundOf(org: string, name: string | null): Draft | undefined {
  const { text } = useBuilder.getState();
  return [false, true].map((aside) => draftFor(org, name, aside)).find((draft) => draft && isOffered(draft, text));
}

/** Of nodes that are there. */
const placesOf = ({ positions }: Draft, keys: ReadonlySet<string>): Positions =>
  Object.fromEntries(Object.entries(positions).filter(([key]) => keys.has(key)));

function putAside(org: string, name: string | null, { text, saved }: BuilderState): void {
  const there = draftFor(org, name);
  if (!there || there.at === mine?.at || !isOffered(there, text) || there.text === saved?.text) return;
  keepDraft(org, name, there, true);
}

/** The reader's answer to what was found. */
export function answerDraft(org: string, name: string | null, restore: boolean): void {
  const { found } = useKeeping.getState();
  if (!found) return;
  for (const aside of [false, true])
    if (draftFor(org, name, aside)?.at === found.at) {
      if (!aside) mine = found; // it may be written over
      if (aside || !restore) keepDraft(org, name, undefined, aside);
    }
  useKeeping.setState({ found: restore ? undefined : foundOf(org, name) });
  if (restore && useBuilder.getState().change(() => found.text, 'Restore the draft'))
    useBuilder.setState({ positions: found.positions });
}
