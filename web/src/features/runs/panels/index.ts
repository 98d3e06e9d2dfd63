/** The panels of a run, each `{ runId }`; NodePanel also `{ nodeKey, onClose }`. */
export { RunActions } from './actions/run-actions.js';
export { HistoryPanel } from './history/history-panel.js';
export { LogsPanel } from './logs/logs-panel.js';
export { NodePanel, type NodePanelProps } from './node/node-panel.js';
export { RunOverview } from './overview/run-overview.js';
export { TimelinePanel } from './timeline/timeline-panel.js';
