import { Minus, Pencil, Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import type { components } from '../../../lib/api/schema.js';
import { lookOf } from '../../../ui/node-types.js';
import css from './diff.module.css';
import type { Diff, Mark } from './merge.js';

type Change = components['schemas']['Change'];

/** Every difference by structure, in words. */
export function Changes({ diff: { workflow, nodes, edges } }: { diff: Diff }) {
  return (
    <div className={css.changes}>
      {workflow.length > 0 && (
        <Section title="Workflow">
          <Item mark="changed" name="as a whole" changes={workflow} />
        </Section>
      )}
      <Section title="Nodes">
        {nodes.added.map(({ key, type }) => (
          <Item key={key} mark="added" name={key} about={lookOf(type).label} />
        ))}
        {nodes.removed.map(({ key, type }) => (
          <Item key={key} mark="removed" name={key} about={lookOf(type).label} />
        ))}
        {nodes.renamed.map(({ from, to, changes }) => (
          <Item key={to} mark="changed" name={`${from} → ${to}`} about="renamed" changes={changes} />
        ))}
        {nodes.changed.map(({ key, changes }) => (
          <Item key={key} mark="changed" name={key} changes={changes} />
        ))}
      </Section>
      <Section title="Edges">
        {edges.added.map((edge) => (
          <Item key={wayOf(edge)} mark="added" name={wayOf(edge)} />
        ))}
        {edges.removed.map((edge) => (
          <Item key={wayOf(edge)} mark="removed" name={wayOf(edge)} />
        ))}
        {edges.changed.map(({ changes, ...edge }) => (
          <Item key={wayOf(edge)} mark="changed" name={wayOf(edge)} changes={changes} />
        ))}
      </Section>
    </div>
  );
}

const wayOf = ({ from, to, on }: { from: string; to: string; on: string }): string =>
  `${from} → ${to}${on === 'success' ? '' : ` on ${on}`}`;

function Section({ title, children }: { title: string; children: ReactNode }) {
  const empty = Array.isArray(children) && children.every((each) => Array.isArray(each) && each.length === 0);
  if (empty) return null;
  return (
    <section aria-label={title}>
      <h2>{title}</h2>
      <ul className={css.items}>{children}</ul>
    </section>
  );
}

const MARKS = { added: Plus, removed: Minus, changed: Pencil };

function Item({ mark, name, about, changes = [] }: { mark: Mark; name: string; about?: string; changes?: Change[] }) {
  const Icon = MARKS[mark];
  return (
    <li data-mark={mark}>
      <p className={css.item}>
        <Icon size={14} role="img" aria-label={mark} />
        <span className={css.itemName}>{name}</span>
        {about !== undefined && <span className="muted">{about}</span>}
      </p>
      {changes.length > 0 && (
        <dl className={css.fields}>
          {changes.map(({ pointer, from, to }) => (
            <div key={pointer}>
              <dt>{pointer.slice(1).replaceAll('/', ' › ').replaceAll('~1', '/').replaceAll('~0', '~') || 'value'}</dt>
              <dd>
                {from !== undefined && (
                  <del>
                    <span className="sr-only">before: </span>
                    {show(from)}
                  </del>
                )}
                {to !== undefined && (
                  <ins>
                    <span className="sr-only">now: </span>
                    {show(to)}
                  </ins>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
    </li>
  );
}

/** Values as a reader of the spec writes them; a long one in several lines. */
const show = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value, null, JSON.stringify(value).length > 60 ? 2 : 0);
