import { useQuery } from '@tanstack/react-query';
import { ChevronDown } from 'lucide-react';
import { personOf } from '../../../lib/person.js';
import { Menu, type MenuItem } from '../../../ui/index.js';
import { versionsQuery } from './api.js';
import css from './builder.module.css';
import { useBuilder } from './model/index.js';
import type { Mode } from './workspace.js';

/** Which workflow it is, which version is shown, and whether there is more than that. */
export function Heading({
  name,
  onVersion,
}: {
  name: string | null;
  onVersion: (version: number | undefined) => void;
}) {
  const saved = useBuilder((state) => state.saved);
  const dirty = useBuilder((state) => state.dirty);
  const readOnly = useBuilder((state) => state.readOnly);
  const written = useBuilder((state) => state.view.name);
  return (
    <div className={css.heading}>
      <h1 title={written || undefined}>{written || name || 'New workflow'}</h1>
      {saved && name !== null && <Versions name={name} shown={saved.version} onVersion={onVersion} />}
      <span className={css.state} role="status">
        {readOnly ? (
          <span className={css.badge}>Read-only</span>
        ) : (
          dirty && <span className={css.dirty}>Unsaved changes</span>
        )}
      </span>
    </div>
  );
}

function Versions({
  name,
  shown,
  onVersion,
}: {
  name: string;
  shown: number;
  onVersion: (version: number | undefined) => void;
}) {
  const { data = [] } = useQuery(versionsQuery(name));
  const newest = data[0]?.version;
  const items = data.map(
    ({ version, created_by, created_at }): MenuItem => ({
      label: `Version ${version}`,
      hint: `${personOf(created_by)}, ${created_at.slice(0, 10)}`,
      checked: version === shown,
      onSelect: () => onVersion(version === newest ? undefined : version),
    }),
  );
  return (
    <Menu
      align="start"
      items={[{ heading: 'Versions, newest first' }, ...items]}
      trigger={
        <button type="button" className={css.version} aria-label={`Version ${shown}. Show another`}>
          v{shown}
          <ChevronDown size={13} aria-hidden />
        </button>
      }
    />
  );
}

const MODES: { mode: Mode; label: string; key: string }[] = [
  { mode: 'canvas', label: 'Canvas', key: '1' },
  { mode: 'both', label: 'Both', key: '2' },
  { mode: 'text', label: 'Text', key: '3' },
];

export function Modes({ mode, onMode }: { mode: Mode; onMode: (mode: Mode) => void }) {
  return (
    <div className={css.modes} role="group" aria-label="What is shown">
      {MODES.map((each) => (
        <button
          key={each.mode}
          type="button"
          aria-pressed={each.mode === mode}
          aria-keyshortcuts={each.key}
          onClick={() => onMode(each.mode)}
        >
          {each.label}
        </button>
      ))}
    </div>
  );
}
