import { clsx } from 'clsx';
import { type ReactNode, useEffect } from 'react';
import { setScreenTitle } from '../lib/title.js';
import css from './page.module.css';

/** A screen: its title names the browser's tab, too. `fill`: the content scrolls by itself and uses all the height. */
export function Page({
  title,
  heading,
  actions,
  fill = false,
  children,
}: {
  title: string;
  /** Instead of the title, where it is more than a word. */
  heading?: ReactNode;
  actions?: ReactNode;
  fill?: boolean;
  children: ReactNode;
}) {
  useEffect(() => {
    setScreenTitle(title);
  }, [title]);
  return (
    <div className={css.page}>
      <header className={css.header}>
        <div className={css.heading}>{heading ?? <h1>{title}</h1>}</div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      <div className={clsx(css.content, fill && css.fill)}>{children}</div>
    </div>
  );
}
