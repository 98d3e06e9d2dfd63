import { useSyncExternalStore } from 'react';

const NARROW = '(max-width: 860px)';

/** Whether there is room for one thing at a time only, such as on a phone. */
export const useNarrow = (): boolean =>
  useSyncExternalStore(
    (tell) => {
      const query = matchMedia(NARROW);
      query.addEventListener('change', tell);
      return () => query.removeEventListener('change', tell);
    },
    () => matchMedia(NARROW).matches,
  );
