import { runParts } from '../adapters/process.js';
import { apiPart } from './part.js';

await runParts('api', [(config, log) => apiPart(config, log)]);
