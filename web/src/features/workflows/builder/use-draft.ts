import { useEffect } from 'react';
import { useMe } from '../../session/session.js';
import { answerDraft, startKeeping, useKeeping } from './model/index.js';

/** Unsaved work of this workflow, kept in the browser: what was found of an earlier time, and how to answer that. */
export function useDraft(name: string | null, ready: boolean) {
  const org = useMe().org.id;
  const { found, kept } = useKeeping();
  useEffect(() => (ready ? startKeeping(org, name) : undefined), [org, name, ready]);
  return { found, kept, answer: (restore: boolean): void => answerDraft(org, name, restore) };
}
