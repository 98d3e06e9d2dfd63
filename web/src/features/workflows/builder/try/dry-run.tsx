import { FlaskConical } from 'lucide-react';
import { useRef, useState } from 'react';
import type { DryNode, DryRun as Dry } from '../../../../../../core/dry-run/dry-run.js';
import { isObject } from '../../../../../../core/json.js';
import { Button } from '../../../../ui/index.js';
import { JsonView } from '../../../../ui/json-view.js';
import { lookOf } from '../../../../ui/node-types.js';
import { validate } from '../../../../ui/schema-form/index.js';
import { showUntaken, useBuilder } from '../model/index.js';
import { costInWords, nodesInWords } from '../run/forecast.js';
import { InputEditor } from '../run/input-editor.js';
import { focusMistake } from '../run/mistake.js';
import { EMPTY, type Typed } from '../run/typed.js';
import { useKept } from '../use-kept.js';
import { dryRunOf, notTaken } from './dry.js';
import css from './try.module.css';

/** What a run of the text would do with an input, without doing it. */
export function DryRun({ starter }: { starter: string }) {
  const plan = useBuilder((state) => state.plan);
  const text = useBuilder((state) => state.text);
  const schema = useBuilder(({ view: { value } }) =>
    isObject(value) && isObject(value['input']) ? value['input'] : null,
  );
  const [typed, setTyped] = useKept<Typed>('dry run: input', EMPTY);
  const [mistaken, setMistaken] = useState<Typed>();
  const [tried, setTried] = useKept<{ of: string; dry: Dry } | undefined>('dry run', undefined);
  const box = useRef<HTMLDivElement>(null);
  const { value } = typed;
  const wrong = schema && value !== undefined ? validate(schema, value) : [];
  const play = (): void => {
    if (!plan) return;
    if (focusMistake(box.current!) || value === undefined || wrong.length > 0) return setMistaken(typed);
    const dry = dryRunOf(plan, schema, value, starter);
    setTried({ of: text, dry });
    showUntaken(notTaken(text, dry));
  };
  return (
    <div className={css.pane} ref={box}>
      <InputEditor schema={schema} typed={typed} onType={setTyped} errors={wrong} />
      <div className={css.row}>
        <Button look="primary" icon={<FlaskConical />} disabled={!plan} onClick={play}>
          Say what would run
        </Button>
        {!plan && <span className="muted">The spec has problems: they come first.</span>}
        {plan && mistaken === typed && (
          <span className={css.stale} role="alert">
            {value === undefined ? 'The input is no JSON yet.' : 'Something in the input is not right yet.'}
          </span>
        )}
      </div>
      {tried && <Outcome dry={tried.dry} stale={tried.of !== text} />}
    </div>
  );
}

function Outcome({ dry, stale }: { dry: Dry; stale: boolean }) {
  const count = (runs: string): number => dry.nodes.filter((node) => node.runs === runs).length;
  const acts = dry.nodes.filter((node) => node.acts && node.runs !== 'no').length;
  return (
    <section className={css.pane} aria-label="What would run" aria-live="polite">
      {stale && <p className={css.stale}>The spec has changed since: this is of what it was.</p>}
      <p>
        {nodesInWords(count('yes'), count('maybe'), acts)}. Cost: {costInWords(dry.cost)}.
      </p>
      <ol className={css.waves}>
        {dry.waves.map((keys, wave) => (
          <li key={keys.join()}>
            <h4 className={css.wave}>Wave {wave + 1}</h4>
            <ul className={css.nodes}>
              {keys.map((key) => (
                <DryOne key={key} node={dry.nodes.find((node) => node.key === key)!} />
              ))}
            </ul>
          </li>
        ))}
      </ol>
      <NotRun nodes={dry.nodes.filter(({ runs }) => runs === 'no')} />
    </section>
  );
}

const RUNS = { yes: 'runs', maybe: 'may run', no: 'does not run' };
function DryOne({ node }: { node: DryNode }) {
  const { Icon } = lookOf(node.type);
  return (
    <li>
      <details className={css.node}>
        <summary>
          <Icon size={14} aria-hidden />
          <span className={css.key}>{node.key}</span>
          {node.acts && <span className="muted">acts outside</span>}
          {node.items !== undefined && <span className="muted">{node.items} items</span>}
          <span className={css.runs} data-runs={node.error ? 'error' : node.runs}>
            {node.error ? 'would fail' : RUNS[node.runs]}
          </span>
        </summary>
        <div className={css.inside}>
          {node.error && <p className={css.bad}>{node.error.message}</p>}
          {node.unknown.map(({ pointer, reads }) => (
            <p key={pointer} className="muted">
              <code>{pointer || '/'}</code> waits for {reads.join(', ')}
            </p>
          ))}
          <JsonView value={node.input} label={`Input of ${node.key}`} />
        </div>
      </details>
    </li>
  );
}

const NotRun = ({ nodes }: { nodes: DryNode[] }) =>
  nodes.length === 0 ? null : (
    <p className="muted">Would not run: {nodes.map(({ key }) => key).join(', ')}. On the canvas they are dashed.</p>
  );
