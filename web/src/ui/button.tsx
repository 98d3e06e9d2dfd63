import { clsx } from 'clsx';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import css from './button.module.css';

export interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** `primary`: the one thing a screen is for; `danger`: what can't be taken back. */
  look?: 'plain' | 'primary' | 'danger' | 'quiet';
  icon?: ReactNode;
  /** With `icon` alone, what it does is said by `aria-label`. */
  children?: ReactNode;
  /** Under way: it can't be pressed again, and says so. */
  busy?: boolean;
}

export function Button({ look = 'plain', icon, busy = false, children, className, disabled, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={clsx(css.button, css[look], children === undefined && css.square, className)}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
    >
      {busy ? <span className={css.spin} aria-hidden /> : icon}
      {children}
    </button>
  );
}
