import { useEffect } from 'react';
import { create } from 'zustand';
import { useMe } from '../../session/session.js';
import { type Draft, draftFor, draftOf, keepDraft, useBuilder } from './model/index.js';

/** After the last change. */
const PAUSE_MS = 400;

/** `found`: what was kept from an earlier time and differs from what is shown. `kept`: the last change is stored. */
const useKeeping = create<{ found: Draft | undefined; kept: boolean }>(() => ({ found: undefined, kept: true }));

/**
 * Keeps what is not saved in the browser, under the workflow's name. What is found there is offered, and not overwritten until that has been
 * answered, or somebody has gone on without it.
 */
export function useDraft(name: string | null, ready: boolean) {
  const org = useMe().org.id;
  const { found, kept } = useKeeping();
  useEffect(() => (ready ? startKeeping(org, name) : undefined), [org, name, ready]);

  const answer = (restore: boolean): void => {
    useKeeping.setState({ found: undefined });
    if (!found) return;
    if (!restore) keepDraft(org, name, undefined);
    else if (useBuilder.getState().change(() => found.text, 'Restore the draft'))
      useBuilder.setState({ positions: found.positions });
  };
  return { found, kept, answer };
}

/** Answers the way to stop it; what is not stored by then is. */
function startKeeping(org: string, name: string | null): () => void {
  const { text, readOnly } = useBuilder.getState();
  const draft = readOnly ? undefined : draftFor(org, name);
  if (draft && draft.text === text) useBuilder.setState({ positions: draft.positions });
  useKeeping.setState({ found: draft && draft.text !== text ? draft : undefined, kept: true });

  let timer: ReturnType<typeof setTimeout> | undefined;
  const keep = (): void => {
    clearTimeout(timer);
    timer = undefined;
    useKeeping.setState({ kept: keepDraft(org, name, draftOf(useBuilder.getState(), new Date())) });
  };
  const unsubscribe = useBuilder.subscribe((state, before) => {
    const same = state.text === before.text && state.positions === before.positions && state.saved === before.saved;
    if (same || state.readOnly || !state.loaded) return;
    useKeeping.setState({ found: undefined });
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE_MS);
  });
  const onHide = (): void => {
    if (timer !== undefined) keep();
  };
  window.addEventListener('pagehide', onHide);
  return () => {
    onHide();
    unsubscribe();
    window.removeEventListener('pagehide', onHide);
    useKeeping.setState({ found: undefined, kept: true });
  };
}
