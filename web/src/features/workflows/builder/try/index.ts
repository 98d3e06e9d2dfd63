export { TryPanel } from './try-panel.js';
