import css from './kbd.module.css';

/** A key that does the same. Those who listen hear it from the control's `aria-keyshortcuts`. */
export const Kbd = ({ children }: { children: string }) => (
  <kbd className={css.kbd} aria-hidden>
    {children}
  </kbd>
);
