export { RunPanel } from './run-panel.js';
