import { clsx } from 'clsx';
import { ChevronDown, ChevronRight, FileBox } from 'lucide-react';
import { useState } from 'react';
import { isArtifactRef, type Json } from '../../../../core/json.js';
import { bytesInWords } from '../../lib/bytes.js';
import { ArtifactDialog } from '../artifact-dialog.js';
import { Button } from '../button.js';
import { CopyButton } from '../copy.js';
import css from './json.module.css';
import { inBrief, type JsonRow } from './tree.js';

const LONG = 300;

/** One row of the tree: its name, its value in a colour for its kind, and what can be copied of it. */
export function JsonLine({
  row,
  id,
  active,
  found,
  onPick,
  onToggle,
}: {
  row: JsonRow;
  id: string;
  active: boolean;
  found: boolean;
  onPick: () => void;
  onToggle: () => void;
}) {
  const { kind, open, depth, name, size, value, path } = row;
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus -- the tree has the focus and the keys
    <div
      id={id}
      role="treeitem"
      aria-level={depth + 1}
      aria-selected={active}
      aria-expanded={kind === 'branch' ? open : undefined}
      className={clsx(css.line, active && css.active, found && css.found)}
      style={{ paddingLeft: 4 + depth * 14 }}
      onClick={onPick}
      onDoubleClick={onToggle}
    >
      {kind === 'branch' ? (
        <button
          type="button"
          tabIndex={-1}
          className={css.toggle}
          aria-label={open ? 'Close' : 'Open'}
          onClick={onToggle}
        >
          {open ? <ChevronDown size={13} aria-hidden /> : <ChevronRight size={13} aria-hidden />}
        </button>
      ) : (
        <span className={css.toggle} />
      )}
      {name !== null && (
        <span className={typeof name === 'number' ? css.index : css.name}>
          {name}
          <span className={css.colon}>:</span>
        </span>
      )}
      {kind === 'branch' && (
        <span className={css.brief}>
          {open ? '' : `${inBrief(value)} `}
          <span className={css.size}>{inWords(value, size)}</span>
        </span>
      )}
      {kind === 'more' && (
        <button type="button" tabIndex={-1} className={css.more} onClick={onToggle}>
          {size.toLocaleString('en')} more, show some
        </button>
      )}
      {kind === 'artifact' && <Artifact value={value} />}
      {kind === 'leaf' && <Leaf value={value} />}
      {kind !== 'more' && (
        <span className={css.acts}>
          {path !== '' && (
            <CopyButton tabIndex={-1} className={css.act} text={() => path} label={`Copy the path ${path}`}>
              path
            </CopyButton>
          )}
          <CopyButton
            tabIndex={-1}
            className={css.act}
            text={() => (typeof value === 'string' ? value : JSON.stringify(value, null, 2))}
            label="Copy the value"
          >
            value
          </CopyButton>
        </span>
      )}
    </div>
  );
}

const inWords = (value: Json, size: number): string => {
  const [one, many] = Array.isArray(value) ? ['item', 'items'] : ['field', 'fields'];
  return `${size.toLocaleString('en')} ${size === 1 ? one : many}`;
};

function Leaf({ value }: { value: Json }) {
  const [whole, setWhole] = useState(false);
  if (typeof value !== 'string') {
    const kind = value === null ? css.null : typeof value === 'object' ? css.brief : css[typeof value];
    return <span className={kind}>{JSON.stringify(value)}</span>;
  }
  const long = value.length > LONG;
  return (
    <span className={css.string}>
      {long && !whole ? `"${value.slice(0, LONG).toWellFormed()}…` : whole ? value : JSON.stringify(value)}
      {long && (
        <button type="button" tabIndex={-1} className={css.more} onClick={() => setWhole(!whole)}>
          {whole ? 'shorter' : `all ${value.length.toLocaleString('en')} characters`}
        </button>
      )}
    </span>
  );
}

function Artifact({ value }: { value: Json }) {
  const [open, setOpen] = useState(false);
  if (!isArtifactRef(value)) return null;
  return (
    <span className={css.artifact}>
      <FileBox size={13} aria-hidden />
      {value.media_type} · {bytesInWords(value.size)}
      <Button look="quiet" className={css.act} onClick={() => setOpen(true)}>
        Show
      </Button>
      <ArtifactDialog artifact={value} open={open} onOpenChange={setOpen} />
    </span>
  );
}
