import { duration } from '../../../../lib/time.js';
import { Time, useNow } from '../../../../ui/index.js';
import { splitTimes } from './why.js';

/** Why something is where it is. Times that are still to come are counted down to. */
export function Sentence({ text }: { text: string }) {
  return (
    <>
      {splitTimes(text).map((part, i) =>
        'at' in part ? <Until key={i} at={part.at} /> : <span key={i}>{part.text}</span>,
      )}
    </>
  );
}

function Until({ at }: { at: string }) {
  const now = useNow(1000);
  const left = Date.parse(at) - now;
  return (
    <>
      <Time at={at} />
      {left > 0 && <span className="num"> (in {duration(Math.ceil(left / 1000) * 1000)})</span>}
    </>
  );
}
