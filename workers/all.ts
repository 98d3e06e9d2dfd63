import { runParts } from './main.js';
import { enginePart } from './engine/part.js';
import { projectorPart } from './projector/part.js';

/** Engine and projector in one process, for a small machine. */
await runParts('worker', [enginePart, projectorPart]);
