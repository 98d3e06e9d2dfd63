/** All of Heddle in one process as it is, with the bench's functions. */
import './functions.js';

await import('../../workers/all.js');
