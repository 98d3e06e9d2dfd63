/** The panels of a run, each `{ runId }`; NodePanel also `{ nodeKey, onClose }`. */
export { LogsPanel } from './logs/logs-panel.js';
export { NodePanel, type NodePanelProps } from './node/node-panel.js';
