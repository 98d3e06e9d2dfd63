import { useQuery, useQueryClient } from '@tanstack/react-query';
import { WifiOff } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { api, ok } from '../lib/api/client.js';
import { useReached } from '../lib/api/reach.js';
import css from './offline.module.css';

const AGAIN_MS = 3_000;

/** While the server can't be reached: says so, asks again by itself, and has everything read anew when it is back. */
export function Offline() {
  const reached = useReached();
  const client = useQueryClient();
  const was = useRef(true);
  useEffect(() => {
    if (reached && !was.current) void client.invalidateQueries();
    was.current = reached;
  }, [reached, client]);
  useQuery({
    queryKey: ['reach'],
    enabled: !reached,
    ...{ retry: false, gcTime: 0, refetchInterval: AGAIN_MS, networkMode: 'always' },
    queryFn: async () => {
      await ok(api.GET('/api/v1/about'));
      return true;
    },
  });
  return (
    <div role="status">
      {!reached && (
        <p className={css.offline}>
          <WifiOff size={15} aria-hidden />
          The server can’t be reached. What stands here may be old; it is asked again by itself.
        </p>
      )}
    </div>
  );
}
