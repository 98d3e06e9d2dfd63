import { FileText } from 'lucide-react';
import type { NodeError } from '../../../../../../core/engine/outcome.js';
import { FAULTS, isFaultCode } from '../../../../../../core/fault.js';
import { JsonView } from '../../../../ui/json-view.js';
import { CopyButton } from '../../../../ui/copy.js';
import { Section } from '../facts.js';
import { causesOf } from './causes.js';
import css from './node.module.css';

/** An error and what brought it about, each with its code's meaning and the way to what docs say of it. */
export function ErrorTab({ error, nodeKey }: { error: NodeError; nodeKey: string }) {
  const causes = causesOf(error);
  return (
    <div className={css.panel}>
      <ol className={css.causes}>
        {causes.map(({ code, message, where }, index) => (
          <li key={index}>
            <p className={css.causeOf}>
              {index > 0 && 'because '}
              {where !== null && `${where}: `}
              {isFaultCode(code) ? FAULTS[code].title : 'An error'}
            </p>
            {message !== null && <pre className={css.message}>{message}</pre>}
            <p className={css.causeOf}>
              <a className={css.link} href={`/api/v1/docs/faults#${code.toLowerCase()}`}>
                <FileText size={13} aria-hidden /> {code}
              </a>
              {isFaultCode(code) && (
                <span className="muted">
                  {' '}
                  · {FAULTS[code].retry ? 'may pass when tried again' : 'is not tried again by itself'}
                </span>
              )}
            </p>
          </li>
        ))}
      </ol>
      <CopyButton look="plain" text={() => JSON.stringify(error, null, 2)} label="Copy the error as JSON">
        Copy as JSON
      </CopyButton>
      {error.details !== undefined && (
        <Section title="Details">
          <JsonView value={error.details} label={`Details of the error of ${nodeKey}`} path="" />
        </Section>
      )}
    </div>
  );
}
