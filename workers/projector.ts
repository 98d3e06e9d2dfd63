import { runParts } from '../adapters/process.js';
import { projectorPart } from './projector/part.js';

await runParts('projector', [projectorPart]);
