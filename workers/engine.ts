import { runParts } from '../adapters/process.js';
import { enginePart } from './engine/part.js';

await runParts('worker', [enginePart]);
