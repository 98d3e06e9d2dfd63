export { map } from './map.js';
export { run } from './run.js';
