import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Problem as CompilerProblem } from '../../../../../core/spec/problems.js';
import { Problem } from '../../../lib/api/problem.js';
import { toast } from '../../../ui/index.js';
import { saveWorkflow, versionsQuery } from './api.js';
import { useMe } from '../../session/session.js';
import { forgetDraft, type Saved, useBuilder } from './model/index.js';

/** A version that was saved by somebody else after the one that is edited, or of a workflow of that name which the text is not from. */
export interface Newer {
  name: string;
  version: number;
  created_by: string;
  created_at: string;
}

/**
 * Saves the text as the next version. `conflict`: somebody has saved since; saving again then is meant. What the server's compiler finds is
 * shown like what the browser's does: on nodes, edges and lines.
 */
export function useSaving(onSaved: (saved: Saved) => void) {
  const client = useQueryClient();
  const org = useMe().org.id;
  const [saving, setSaving] = useState(false);
  const [conflict, setConflict] = useState<Newer>();
  const [error, setError] = useState<unknown>();

  const newerThan = async (name: string, version: number): Promise<Newer | undefined> => {
    const versions = await client.fetchQuery({ ...versionsQuery(name), staleTime: 0 }).catch(noneYet);
    const newest = versions[0];
    return newest && newest.version > version ? newest : undefined;
  };

  const attempt = async (evenSo: boolean): Promise<void> => {
    const { text, view, saved, page } = useBuilder.getState();
    const isHere = (): boolean => useBuilder.getState().page === page;
    const known = saved?.name === view.name ? saved.version : 0;
    const newer = evenSo ? undefined : await newerThan(view.name, known);
    if (isHere()) setConflict(newer);
    if (newer) return;
    const result = await saveWorkflow(text);
    if (isHere()) useBuilder.getState().markSaved(result.saved);
    else forgetDraft(org, saved?.name ?? null, text);
    client.setQueryData(['workflow', result.saved.name, 'newest'], result.saved);
    void client.invalidateQueries({ queryKey: ['workflow', result.saved.name, 'versions'] });
    void client.invalidateQueries({ queryKey: ['workflows'] });
    const { name, version } = result.saved;
    toast(result.isNew ? `Saved as ${name} version ${version}` : `Nothing new: this is ${name} version ${version}`);
    if (isHere()) onSaved(result.saved);
  };

  const save = (evenSo = false): void => {
    const { problems, compiling, say } = useBuilder.getState();
    if (saving) return;
    if (problems.length > 0 && !compiling) {
      const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`;
      say(`Not saved: ${count}`);
      return toast(`Not saved: there ${problems.length === 1 ? 'is' : 'are'} ${count} to mend first`, 'bad');
    }
    setSaving(true);
    setError(undefined);
    attempt(evenSo)
      .catch((err: unknown) => setError(showOnNodes(err) ? undefined : err))
      .finally(() => setSaving(false));
  };
  return { save, saving, conflict, error, forget: () => (setConflict(undefined), setError(undefined)) };
}

function noneYet(err: unknown): [] {
  if (err instanceof Problem && err.code === 'NOT_FOUND') return [];
  throw err;
}

/** True when it is a refusal with places in the text, which are shown there. */
function showOnNodes(err: unknown): boolean {
  if (!(err instanceof Problem) || err.code !== 'SPEC_INVALID') return false;
  const { text, compiled } = useBuilder.getState();
  compiled(text, { problems: (err.details.errors ?? []) as CompilerProblem[] });
  toast('Not saved: the server has found problems', 'bad');
  return true;
}
