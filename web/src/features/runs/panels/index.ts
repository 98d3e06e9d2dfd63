/** The panels of a run, each `{ runId }`; NodePanel also `{ nodeKey, onClose }`. */
export { RunActions } from './actions/run-actions.js';
export { LogsPanel } from './logs/logs-panel.js';
export { NodePanel, type NodePanelProps } from './node/node-panel.js';
import type { ReactNode } from 'react';

export interface PanelProps {
  runId: string;
}
const none = (_: PanelProps): ReactNode => null;
export const TimelinePanel = none;
export const HistoryPanel = none;
export const RunOverview = none;
