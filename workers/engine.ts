import { runParts } from './main.js';
import { enginePart } from './engine/part.js';

await runParts('worker', [enginePart]);
