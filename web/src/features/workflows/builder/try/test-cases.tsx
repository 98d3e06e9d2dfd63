import { useMutation } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { Problem } from '../../../../lib/api/problem.js';
import { CodeEditor, type CodeProblem } from '../../../../ui/code-editor/index.js';
import { Button, ProblemPanel } from '../../../../ui/index.js';
import { showUntaken, useBuilder } from '../model/index.js';
import { useKept } from '../use-kept.js';
import { RecordCase } from './record-case.js';
import { Report } from './report.js';
import { firstTests, playTests, type TestReport, untakenOf } from './tests.js';
import css from './try.module.css';
import { useCases } from './use-cases.js';

interface Given {
  text: string;
  tests: string;
}
const NONE: readonly CodeProblem[] = [];

/** Cases as text, played against the text of the spec, saved or not. */
export function TestCases() {
  const text = useBuilder((state) => state.text);
  const view = useBuilder((state) => state.view);
  const broken = useBuilder((state) => state.problems.length > 0);
  const cases = useCases(view.name);
  const tests = cases.text ?? firstTests(view);
  const [played, setPlayed] = useKept<(Given & { report: TestReport }) | undefined>('test cases: played', undefined);
  const { mutate, error, isPending, variables } = useMutation({
    mutationFn: (given: Given) => playTests(given.text, given.tests),
    onSuccess: (report, given) => {
      setPlayed({ ...given, report });
      showUntaken(untakenOf(given.text, report));
    },
  });
  const mistakes = error instanceof Problem && error.code === 'TESTS_INVALID' && variables?.tests === tests;
  const problems = mistakes ? (error.details.errors ?? NONE) : NONE;
  return (
    <div className={css.pane}>
      <div className={css.editor}>
        <CodeEditor
          {...{ value: tests, problems, language: 'yaml', label: 'Test cases', minHeight: 220 }}
          onChange={cases.change}
        />
      </div>
      {!cases.kept && (
        <p className={css.stale} role="status">
          This browser could not keep the cases: copy them before you leave.
        </p>
      )}
      {problems.length > 0 && (
        <ul className={css.mistakes} aria-live="polite">
          {problems.map(({ line, column, message, suggestion }) => (
            <li key={`${line}:${column} ${message}`}>
              <code>{`${line}:${column}`}</code> {message}
              {suggestion === undefined ? '' : ` Did you mean ${suggestion}?`}
            </li>
          ))}
        </ul>
      )}
      <div className={css.row}>
        <Button
          look="primary"
          icon={<FlaskConical />}
          busy={isPending}
          disabled={broken}
          onClick={() => mutate({ text, tests })}
        >
          Play the cases
        </Button>
        <RecordCase name={view.name} tests={tests} onChange={cases.change} />
        {broken && <span className="muted">The spec has problems: they come first.</span>}
      </div>
      {error && !mistakes && <ProblemPanel error={error} />}
      {played && !error && <Report report={played.report} stale={played.text !== text || played.tests !== tests} />}
    </div>
  );
}
