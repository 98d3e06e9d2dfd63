import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Problem as CompilerProblem } from '../../../../../core/spec/problems.js';
import { Problem } from '../../../lib/api/problem.js';
import { toast } from '../../../ui/index.js';
import { saveWorkflow, versionsQuery } from './api.js';
import { type Saved, useBuilder } from './model/index.js';

/** A version that was saved by somebody else after the one that is edited. */
export interface Newer {
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
  const [saving, setSaving] = useState(false);
  const [conflict, setConflict] = useState<Newer>();
  const [error, setError] = useState<unknown>();

  const newerThan = async ({ name, version }: Saved): Promise<Newer | undefined> => {
    const [newest] = await client.fetchQuery({ ...versionsQuery(name), staleTime: 0 });
    return newest && newest.version > version ? newest : undefined;
  };

  const attempt = async (evenSo: boolean): Promise<void> => {
    const { text, view, saved, markSaved } = useBuilder.getState();
    const newer = !evenSo && saved && saved.name === view.name ? await newerThan(saved) : undefined;
    setConflict(newer);
    if (newer) return;
    const result = await saveWorkflow(text);
    markSaved(result.saved);
    client.setQueryData(['workflow', result.saved.name, 'newest'], result.saved);
    void client.invalidateQueries({ queryKey: ['workflow', result.saved.name, 'versions'] });
    void client.invalidateQueries({ queryKey: ['workflows'] });
    const { name, version } = result.saved;
    toast(result.isNew ? `Saved as ${name} version ${version}` : `Nothing new: this is ${name} version ${version}`);
    onSaved(result.saved);
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

/** True when it is a refusal with places in the text, which are shown there. */
function showOnNodes(err: unknown): boolean {
  if (!(err instanceof Problem) || err.code !== 'SPEC_INVALID') return false;
  const { text, compiled } = useBuilder.getState();
  compiled(text, { problems: (err.details.errors ?? []) as CompilerProblem[] });
  toast('Not saved: the server has found problems', 'bad');
  return true;
}
