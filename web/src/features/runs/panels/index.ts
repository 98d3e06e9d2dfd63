import type { ReactNode } from 'react';

/** Of a run, and of one of its nodes. */
export interface PanelProps {
  runId: string;
}
export interface NodePanelProps extends PanelProps {
  nodeKey: string;
  onClose: () => void;
}

const none = (_: PanelProps): ReactNode => null;
export const TimelinePanel = none;
export const LogsPanel = none;
export const HistoryPanel = none;
export const RunActions = none;
export const RunOverview = none;
export const NodePanel = (_: NodePanelProps): ReactNode => null;
