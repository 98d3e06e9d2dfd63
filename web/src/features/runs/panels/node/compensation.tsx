import type { CompensationView } from '../../../../../../core/events/view.js';
import { JsonView } from '../../../../ui/json-view.js';
import { StatusBadge, Time, Took } from '../../../../ui/index.js';
import { Code, Facts, Section } from '../facts.js';

const WORDS: Record<CompensationView['status'], string> = {
  ...{ pending: 'to be undone', running: 'being undone', held: 'could not be undone' },
  ...{ completed: 'undone', skipped: 'undone by hand' },
};

/** What undoes the node's effect, and how far it has come. */
export function Compensation({ of, nodeKey }: { of: CompensationView; nodeKey: string }) {
  const { status, attempt, input, output, error, started_at, finished_at } = of;
  return (
    <Section title="Compensation" end={<StatusBadge status={status} label={WORDS[status]} />}>
      <Facts
        rows={{
          Began: started_at && <Time at={started_at} />,
          Took: started_at && <Took from={started_at} to={finished_at} />,
          Attempts: attempt > 0 && attempt,
          Error: error && (
            <>
              <Code code={error.code} /> {error.message}
            </>
          ),
        }}
      />
      {input !== null && <JsonView value={input} label={`What undoes ${nodeKey} got`} />}
      {output !== null && <JsonView value={output} label={`What undoing ${nodeKey} answered`} />}
    </Section>
  );
}
