import { Panel } from '@xyflow/react';
import { X } from 'lucide-react';
import { Button } from '../../../../ui/index.js';
import { showUntaken, useBuilder, useUntaken } from '../model/index.js';
import css from './canvas.module.css';

/** What the dashes mean, while there are any. */
export function UntakenLegend() {
  const text = useBuilder((state) => state.text);
  const shown = useUntaken((state) => state.shown);
  if (shown?.text !== text) return null;
  const count = shown.nodes.size + shown.edges.size;
  return (
    <Panel position="bottom-center" className={css.legend} role="status">
      <span className={css.dash} aria-hidden />
      <span>{count === 0 ? 'Every way was taken' : shown.legend}</span>
      <Button look="quiet" icon={<X />} aria-label="Show no dashes" onClick={() => showUntaken(null)} />
    </Panel>
  );
}
