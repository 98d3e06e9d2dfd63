import { create } from 'zustand';
import { type Draft, draftFor, draftOf, keepDraft } from './drafts.js';
import { type BuilderState, useBuilder } from './store.js';

/** After the last change. */
const PAUSE_MS = 400;

/** `found`: what was kept from an earlier time and differs from what is shown. `kept`: the last change is stored. */
export const useKeeping = create<{ found: Draft | undefined; kept: boolean }>(() => ({ found: undefined, kept: true }));

/**
 * Keeps what the store has and the server has not, under the workflow's name; null: a new one. What is found there at first is offered, and not
 * overwritten until that has been answered, or somebody has gone on without it. Answers the way to stop; what is not stored by then is.
 */
export function startKeeping(org: string, name: string | null): () => void {
  const { text, readOnly } = useBuilder.getState();
  const draft = readOnly ? undefined : draftFor(org, name);
  if (draft && draft.text === text) useBuilder.setState({ positions: draft.positions });
  useKeeping.setState({ found: draft && draft.text !== text ? draft : undefined, kept: true });

  let timer: ReturnType<typeof setTimeout> | undefined;
  const keep = (state: BuilderState): void => {
    clearTimeout(timer);
    timer = undefined;
    // What was new and is saved is kept under its name from then on.
    const unsaved = name === null && state.saved ? undefined : draftOf(state, new Date());
    useKeeping.setState({ kept: keepDraft(org, name, unsaved) });
  };
  const flush = (state: BuilderState): void => {
    if (timer !== undefined) keep(state);
  };
  const unsubscribe = useBuilder.subscribe((state, before) => {
    if (!state.loaded) return flush(before);
    const same = state.text === before.text && state.positions === before.positions && state.saved === before.saved;
    if (same || state.readOnly) return;
    useKeeping.setState({ found: undefined });
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

/** The reader's answer to what was found. */
export function answerDraft(org: string, name: string | null, restore: boolean): void {
  const { found } = useKeeping.getState();
  useKeeping.setState({ found: undefined });
  if (!found) return;
  if (!restore) keepDraft(org, name, undefined);
  else if (useBuilder.getState().change(() => found.text, 'Restore the draft'))
    useBuilder.setState({ positions: found.positions });
}
