import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { BUILT_IN, registered } from '../../activities/functions.js';
import { BLOB, clock, CLOCK, RANGE, SLEEP } from './graphs.js';

/** Functions that the bench adds to those of Heddle's own worker: a step that tells when it ran, and what the sizes need. */
Object.assign(BUILT_IN, {
  [BLOB]: registered(z.object({ bytes: z.int() }), z.string(), ({ bytes }) =>
    randomBytes((bytes * 3) / 4).toString('base64'),
  ),
  [CLOCK]: registered(z.json(), z.number(), clock),
  [RANGE]: registered(z.int(), z.array(z.int()), (count) => Array.from({ length: count }, (_, i) => i)),
  [SLEEP]: registered(z.int(), z.null(), async (ms) => (await sleep(ms), null)),
});
