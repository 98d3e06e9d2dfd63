import { type ReactNode, useId } from 'react';
import css from './schema-form.module.css';

/** A frame around parts: its name, what it is for, what is wrong with it as a whole. */
export function Group({
  label,
  help,
  error,
  required,
  end,
  bare = false,
  plain = false,
  children,
}: {
  label: string;
  help: string | undefined;
  error: string | undefined;
  required: boolean;
  end?: ReactNode;
  /** The name is said, not drawn, and there is no frame. */
  bare?: boolean;
  /** What is inside is one control, not parts: it needs no line beside it. */
  plain?: boolean;
  children: ReactNode;
}) {
  const note = useId();
  const noted = error !== undefined || help !== undefined;
  return (
    <div
      role="group"
      className={bare ? css.bare : css.group}
      aria-label={label}
      aria-describedby={noted ? note : undefined}
    >
      {(!bare || end !== undefined) && (
        <div className={css.head}>
          <span className={css.name} aria-hidden>
            {!bare && label}
            {!bare && required && <span className={css.required}> *</span>}
          </span>
          {end}
        </div>
      )}
      {noted && (
        <p id={note} className={error === undefined ? css.help : css.error}>
          {error ?? help}
        </p>
      )}
      {children !== null && children !== false && (
        <div className={bare || plain ? css.bare : css.parts}>{children}</div>
      )}
    </div>
  );
}
