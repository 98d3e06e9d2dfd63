import { CircleAlert, type LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { Problem, type ProblemItem } from '../lib/api/problem.js';
import { Button } from './button.js';
import css from './states.module.css';

/** Nothing there yet: says why, and what to do about it. */
export function Empty({
  icon: Icon,
  title,
  children,
  action,
}: {
  icon: LucideIcon;
  title: string;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={css.state}>
      <Icon size={28} strokeWidth={1.5} aria-hidden className={css.icon} />
      <h2>{title}</h2>
      {children && <p className={css.text}>{children}</p>}
      {action}
    </div>
  );
}

/** Grey lines where rows will be; said aloud once. */
export function Loading({ label, lines = 6 }: { label: string; lines?: number }) {
  return (
    <div className={css.loading} role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, i) => (
        <span key={i} className={css.line} data-width={i % 3} aria-hidden />
      ))}
    </div>
  );
}

/** A refusal as help: what happened, every problem with its place, what to tell who helps. */
export function ProblemPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, detail, code, requestId, errors } = told(error);
  return (
    <section className={css.problem} role="alert">
      <CircleAlert size={18} aria-hidden />
      <div className={css.body}>
        <h2>{title}</h2>
        <p>{detail}</p>
        {errors.length > 0 && (
          <ul className={css.errors}>
            {errors.map((each) => (
              <li key={`${each.pointer} ${each.code} ${each.message}`}>
                <code>{each.line === undefined ? each.pointer || '/' : `${each.line}:${each.column ?? 1}`}</code>{' '}
                {each.message}
                {each.suggestion !== undefined && <span className="muted"> Did you mean {each.suggestion}?</span>}
              </li>
            ))}
          </ul>
        )}
        <p className={css.code}>
          <a href={`/api/v1/docs/faults#${code.toLowerCase()}`}>{code}</a>
          {requestId !== undefined && <> · {requestId}</>}
        </p>
        {onRetry && <Button onClick={onRetry}>Try again</Button>}
      </div>
    </section>
  );
}

function told(error: unknown): {
  title: string;
  detail: string;
  code: string;
  requestId: string | undefined;
  errors: ProblemItem[];
} {
  if (error instanceof Problem) {
    const { title, detail, code, request_id, errors = [] } = error.details;
    return { title, detail, code, requestId: request_id, errors };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { title: 'Something went wrong here', detail, code: 'INTERNAL', requestId: undefined, errors: [] };
}
