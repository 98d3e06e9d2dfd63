import { useQuery } from '@tanstack/react-query';
import { CircleDot } from 'lucide-react';
import type { Json } from '../../../../../../core/json.js';
import { api, ok } from '../../../../lib/api/client.js';
import { relativeTime } from '../../../../lib/time.js';
import { Button, Menu, statusOf, toast } from '../../../../ui/index.js';
import { recentRunsQuery } from '../expression/index.js';
import { withCase } from './tests.js';

/** Only what is over can be a case, and nobody knows how one that was terminated would have ended. */
const OVER = new Set(['completed', 'failed', 'cancelled', 'timed_out']);

/** Takes a run that has been as one more case. */
export function RecordCase({
  name,
  tests,
  onChange,
}: {
  name: string;
  tests: string;
  onChange: (tests: string) => void;
}) {
  const runs = (useQuery(recentRunsQuery(name)).data?.items ?? []).filter(({ status }) => OVER.has(status));
  const record = async (id: string): Promise<void> => {
    const { case: recorded } = await ok(api.GET('/api/v1/workflow_runs/{id}/test_case', { params: { path: { id } } }));
    onChange(withCase(tests, recorded as unknown as { name: string } & Record<string, Json>));
    toast('The run stands at the end, as a case');
  };
  return (
    <Menu
      align="start"
      trigger={
        <Button
          icon={<CircleDot />}
          disabled={runs.length === 0}
          title={runs.length === 0 ? 'No run of this workflow is over yet' : undefined}
        >
          Record a run as a case
        </Button>
      }
      items={runs.slice(0, 10).map((run) => ({
        label: `Run ${run.id.slice(-8)}`,
        hint: `${statusOf(run.status).label}, ${relativeTime(run.created_at)}`,
        onSelect: () => void record(run.id).catch((err: Error) => toast(err.message, 'bad')),
      }))}
    />
  );
}
