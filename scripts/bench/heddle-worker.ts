/** Heddle's own worker as it is, with the bench's functions. */
import './functions.js';

await import('../../workers/engine.js');
