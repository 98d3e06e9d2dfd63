import type { ReactNode } from 'react';
import css from './facts.module.css';

/** A list of names and values; what has no value is left out. */
export function Facts({ rows }: { rows: { [name: string]: ReactNode } }) {
  return (
    <dl className={css.facts}>
      {Object.entries(rows)
        .filter(([, value]) => value !== undefined && value !== null && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

/** A part of a panel, under a heading. */
export function Section({
  title,
  end,
  level: Heading = 'h3',
  children,
}: {
  title: string;
  end?: ReactNode;
  /** Below which heading it stands. */
  level?: 'h2' | 'h3';
  children: ReactNode;
}) {
  return (
    <section className={css.section}>
      <header className={css.head}>
        <Heading>{title}</Heading>
        {end}
      </header>
      {children}
    </section>
  );
}

/** A fault's code, with the way to what docs say of it. */
export const Code = ({ code }: { code: string }) => (
  <a className={css.code} href={`/api/v1/docs/faults#${code.toLowerCase()}`}>
    {code}
  </a>
);
