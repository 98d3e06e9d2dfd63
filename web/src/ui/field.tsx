import { clsx } from 'clsx';
import { type ComponentProps, type ReactNode, useId } from 'react';
import css from './field.module.css';

/** A label, a control, help or what is wrong with it, tied together for those who listen. */
export function Field({
  label,
  help,
  error,
  hideLabel = false,
  required = false,
  end,
  children,
}: {
  label: string;
  help?: ReactNode;
  error?: string | undefined;
  hideLabel?: boolean;
  required?: boolean;
  /** At the end of the label's line: what may be done with the field. */
  end?: ReactNode;
  children: (props: {
    id: string;
    'aria-required': boolean | undefined;
    'aria-describedby': string | undefined;
    'aria-invalid': boolean | undefined;
  }) => ReactNode;
}) {
  const id = useId();
  const note = `${id}-note`;
  const noted = error !== undefined || help !== undefined;
  return (
    <div className={css.field}>
      <div className={end === undefined ? undefined : css.top}>
        <label htmlFor={id} className={hideLabel ? 'sr-only' : css.label}>
          {label}
          {required && (
            <span aria-hidden className={css.required}>
              {' *'}
            </span>
          )}
        </label>
        {end}
      </div>
      {children({
        id,
        'aria-required': required || undefined,
        'aria-describedby': noted ? note : undefined,
        'aria-invalid': error === undefined ? undefined : true,
      })}
      {noted && (
        <p id={note} className={error === undefined ? css.help : css.error}>
          {error ?? help}
        </p>
      )}
    </div>
  );
}

export const Input = ({ className, ...rest }: ComponentProps<'input'>) => (
  <input {...rest} className={clsx(css.input, className)} />
);
export const TextArea = ({ className, ...rest }: ComponentProps<'textarea'>) => (
  <textarea rows={3} {...rest} className={clsx(css.input, css.area, className)} />
);
export const Select = ({ className, ...rest }: ComponentProps<'select'>) => (
  <select {...rest} className={clsx(css.input, className)} />
);
