import { Tabs } from '../../../../ui/index.js';
import { useMe } from '../../../session/session.js';
import { useKept } from '../use-kept.js';
import { DryRun } from './dry-run.js';
import { TestCases } from './test-cases.js';
import css from './try.module.css';

/** Tries the spec without any effect: what a run would do, and what becomes of cases. */
export function TryPanel() {
  const [tab, setTab] = useKept('try: tab', 'dry');
  const { subject } = useMe();
  const pane = (content: React.ReactNode) => <div className={css.tab}>{content}</div>;
  return (
    <Tabs
      label="How it is tried"
      value={tab}
      onChange={setTab}
      tabs={[
        { id: 'dry', label: 'Dry run', content: pane(<DryRun starter={subject} />) },
        { id: 'cases', label: 'Test cases', content: pane(<TestCases />) },
      ]}
    />
  );
}
