import { runParts } from './main.js';
import { projectorPart } from './projector/part.js';

await runParts('projector', [projectorPart]);
