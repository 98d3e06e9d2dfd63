import { useQuery, useQueryClient } from '@tanstack/react-query';
import { holdsArtifact, type Json } from '../../../../../../core/json.js';
import { relativeTime } from '../../../../lib/time.js';
import { Menu, statusOf, toast } from '../../../../ui/index.js';
import { Button } from '../../../../ui/index.js';
import { History } from 'lucide-react';
import { recentRunsQuery, runQuery } from '../expression/index.js';

/** Inputs of the last runs, to begin from. */
export function LastInputs({ name, onPick }: { name: string; onPick: (input: Json) => void }) {
  const client = useQueryClient();
  const runs = useQuery(recentRunsQuery(name)).data?.items ?? [];
  if (runs.length === 0) return null;
  const take = async (id: string): Promise<void> => {
    const input = (await client.fetchQuery(runQuery(id))).input as Json;
    if (holdsArtifact(input)) toast('Part of that input is an artifact: only what refers to it is taken over.', 'bad');
    onPick(input);
  };
  return (
    <Menu
      trigger={
        <Button look="quiet" icon={<History />}>
          Earlier inputs
        </Button>
      }
      items={runs.slice(0, 8).map((run) => ({
        label: `Of run ${run.id.slice(-8)}`,
        hint: `${statusOf(run.status).label}, ${relativeTime(run.created_at)}`,
        onSelect: () => void take(run.id).catch((err: Error) => toast(err.message, 'bad')),
      }))}
    />
  );
}
