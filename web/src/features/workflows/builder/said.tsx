import { useEffect } from 'react';
import { toast } from '../../../ui/index.js';
import { useBuilder } from './model/index.js';

/** What was done, for those who listen: others see it. What was refused is shown to everybody. */
export function Said() {
  const said = useBuilder((state) => state.said);
  useEffect(
    () =>
      useBuilder.subscribe(({ said: now }, { said: before }) => {
        if (now?.refused && now !== before) toast(now.text, 'bad'); // which is read aloud, too
      }),
    [],
  );
  return (
    <p className="sr-only" aria-live="polite">
      {said?.refused ? undefined : said?.text}
    </p>
  );
}
