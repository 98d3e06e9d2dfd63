import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { setWaiting } from '../../lib/title.js';
import { api, ok } from '../../lib/api/client.js';
import { inboxCountQuery } from './api.js';
import { refOf } from './gates.js';
import { askingOf, newsIn, noticesOf, useNotify } from './notify.js';

/** Wherever in the app the reader is: the tab's title tells how much waits for them, and the browser of what is new, if they want that. */
export function Notices() {
  const state = useNotify();
  const { data: count = 0 } = useQuery(inboxCountQuery);
  useEffect(() => {
    setWaiting(count);
    return () => setWaiting(0);
  }, [count]);
  return state === 'on' ? <Watch /> : null;
}

function Watch() {
  const navigate = useNavigate();
  const seen = useRef<Set<string>>(undefined);
  const { data } = useQuery({
    queryKey: ['gates', 'newest'],
    ...{ refetchInterval: 15_000, refetchIntervalInBackground: true },
    queryFn: async () =>
      (await ok(api.GET('/api/v1/gates', { params: { query: { assigned: 'me', sort: 'newest', limit: 50 } } }))).items,
  });
  useEffect(() => {
    if (!data) return;
    for (const { title, body, tag, gate } of noticesOf(newsIn(seen.current, data))) {
      // The tag makes several tabs tell of it once.
      const notice = new Notification(title, { body, tag, icon: '/heddle.svg' });
      notice.addEventListener('click', () => {
        window.focus();
        void navigate({ to: '/inbox', search: gate ? refOf(gate) : {} });
        notice.close();
      });
    }
    seen.current = new Set([...(seen.current ?? []), ...data.map(askingOf)]);
  }, [data, navigate]);
  return null;
}
