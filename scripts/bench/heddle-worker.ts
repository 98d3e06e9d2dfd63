import { z } from 'zod';
import { BUILT_IN, registered } from '../../activities/functions.js';
import { clock, CLOCK } from './graphs.js';

/** Heddle's own worker as it is, with one function more: the step that tells when it ran. */
Object.assign(BUILT_IN, { [CLOCK]: registered(z.json(), z.number(), clock) });
await import('../../workers/engine.js');
