import { ChevronDown, ChevronUp, Search } from 'lucide-react';
import { type KeyboardEvent, useId, useMemo, useRef, useState } from 'react';
import { isArtifactRef, type Json } from '../../../core/json.js';
import { ArtifactPreview } from './artifact.js';
import { Button } from './button.js';
import { copy, CopyButton } from './copy.js';
import { Input } from './field.js';
import css from './json/json.module.css';
import { JsonLine } from './json/line.js';
import { type JsonRow, MOST_FOUND, PAGE, placesOf, reveal, rowsOf, type TreeState } from './json/tree.js';
import { VirtualList, type VirtualListHandle } from './virtual-list.js';

/** As many rows are drawn as they are; more scroll in a list of their own. */
const PLAIN_ROWS = 120;

export interface JsonViewProps {
  value: Json;
  /** What it is, for those who listen: `Input of web`. */
  label: string;
  /** How an expression reads the value: `nodes.web.output`. */
  path?: string;
  /** It has all the height of what it stands in, and scrolls by itself. */
  fill?: boolean;
}

/**
 * A JSON value as a tree that can be searched, read with the keyboard and copied from, place by place. Large values cost what is drawn of
 * them. A reference to an artifact is shown with a way to its content.
 */
export function JsonView({ value, label, path = '', fill = false }: JsonViewProps) {
  const [state, setState] = useState<TreeState>(FRESH);
  const [active, setActive] = useState('');
  const list = useRef<VirtualListHandle>(null);
  const id = useId();
  const rows = useMemo(() => rowsOf(value, state, path), [value, state, path]);
  const bringUp = (pointer: string, index: number) =>
    list.current
      ? list.current.scrollTo(index)
      : document.getElementById(`${id}${pointer}`)?.scrollIntoView({ block: 'nearest' });
  const find = useFind(value, (pointer) => {
    const next = reveal(value, state, pointer);
    setState(next);
    setActive(pointer);
    const index = rowsOf(value, next, path).findIndex((row) => row.pointer === pointer);
    requestAnimationFrame(() => bringUp(pointer, index)); // when the rows are there
  });
  if (isArtifactRef(value)) return <ArtifactPreview artifact={value} path={path} fill={fill} />;

  const at = rows.findIndex(({ pointer }) => pointer === active);
  const toggle = ({ pointer, open }: JsonRow, to = !open) =>
    setState((old) => ({ ...old, toggled: new Map(old.toggled).set(pointer, to) }));
  const more = ({ pointer }: JsonRow) => {
    const of = pointer.slice(0, -2);
    setState((old) => ({ ...old, shown: new Map(old.shown).set(of, (old.shown.get(of) ?? PAGE) + PAGE) }));
  };
  const act = (row: JsonRow) => (row.kind === 'more' ? more(row) : row.kind === 'branch' && toggle(row));
  const go = (index: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, index));
    setActive(rows[next]!.pointer);
    bringUp(rows[next]!.pointer, next);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const row = rows[at] ?? rows[0]!;
    const parent = () => rows.slice(0, Math.max(at, 0)).findLastIndex(({ depth }) => depth < row.depth);
    const KEYS: Record<string, () => unknown> = {
      ArrowDown: () => go(at + 1),
      ArrowUp: () => go(at - 1),
      Home: () => go(0),
      End: () => go(rows.length - 1),
      ArrowRight: () => (row.kind === 'branch' && !row.open ? toggle(row, true) : go(at + 1)),
      ArrowLeft: () => (row.open ? toggle(row, false) : go(parent())),
      Enter: () => act(row),
      ' ': () => act(row),
      c: () => copy(asText(row.value)),
      p: () => copy(row.path),
    };
    if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || !KEYS[event.key]) return;
    event.preventDefault();
    KEYS[event.key]!();
  };
  const tree = {
    ...{ role: 'tree', 'aria-label': label, tabIndex: 0, onKeyDown },
    ...(rows[at] ? { 'aria-activedescendant': rowId(id, rows[at]) } : {}),
  };
  const line = (row: JsonRow) => (
    <JsonLine
      key={row.pointer}
      {...{ row, id: rowId(id, row), active: row.pointer === active, found: find.places.has(row.pointer) }}
      onPick={() => setActive(row.pointer)}
      onToggle={() => act(row)}
    />
  );
  const plain = !fill && rows.length <= PLAIN_ROWS;
  return (
    <div className={css.view} data-fill={fill || undefined}>
      {!(plain && rows.length < 8 && find.text === '') && <Bar find={find} label={label} value={value} />}
      {plain ? (
        <div {...tree} className={css.plain}>
          {rows.map(line)}
        </div>
      ) : (
        <VirtualList
          {...tree}
          handle={list}
          className={css.rows ?? ''}
          {...{ count: rows.length, rowHeight: 22, measured: true }}
          keyOf={(index) => rows[index]!.pointer}
          row={(index) => line(rows[index]!)}
        />
      )}
    </div>
  );
}

const FRESH: TreeState = { toggled: new Map(), shown: new Map() };
const rowId = (id: string, { pointer }: JsonRow): string => `${id}${pointer}`;
const asText = (value: Json): string => (typeof value === 'string' ? value : JSON.stringify(value, null, 2));

interface Find {
  text: string;
  setText: (text: string) => void;
  places: Set<string>;
  at: number;
  go: (by: number) => void;
}

function useFind(value: Json, show: (pointer: string) => void): Find {
  const [text, setText] = useState('');
  const [at, setAt] = useState(-1);
  const found = useMemo(() => placesOf(value, text), [value, text]);
  const places = useMemo(() => new Set(found), [found]);
  const go = (by: number) => {
    if (found.length === 0) return;
    const next = at < 0 ? (by > 0 ? 0 : found.length - 1) : (at + by + found.length) % found.length;
    setAt(next);
    show(found[next]!);
  };
  const change = (next: string) => {
    setText(next);
    setAt(-1);
  };
  return { text, setText: change, places, at, go };
}

function Bar({ find, label, value }: { find: Find; label: string; value: Json }) {
  const count = find.places.size;
  return (
    <div className={css.bar}>
      <div className={css.find}>
        <Search size={14} aria-hidden />
        <Input
          aria-label={`Find in ${label}`}
          placeholder="Find"
          value={find.text}
          onChange={(event) => find.setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && find.go(event.shiftKey ? -1 : 1)}
        />
        {find.text !== '' && (
          <>
            <span className="num muted" role="status">
              {count === 0 ? 'none' : `${find.at + 1} / ${count}${count === MOST_FOUND ? '+' : ''}`}
            </span>
            <Button look="quiet" icon={<ChevronUp />} aria-label="The one before" onClick={() => find.go(-1)} />
            <Button look="quiet" icon={<ChevronDown />} aria-label="The next one" onClick={() => find.go(1)} />
          </>
        )}
      </div>
      <CopyButton text={() => asText(value)} label={`Copy ${label}`} className={css.copyAll} />
    </div>
  );
}
