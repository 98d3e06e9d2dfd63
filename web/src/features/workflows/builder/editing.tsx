import { Link } from '@tanstack/react-router';
import { FlaskConical, GitCompare, Play, Save } from 'lucide-react';
import { type ReactNode, useEffect, useEffectEvent, useState } from 'react';
import { useKeys } from '../../../lib/keys.js';
import { Button, Confirm, Page, Tooltip } from '../../../ui/index.js';
import { useMay } from '../../session/session.js';
import { DraftBanner, NewerBanner, type Old, OldVersionBanner, SaveError } from './banners.js';
import css from './builder.module.css';
import { Heading, Modes } from './header.js';
import { type Saved, useBuilder } from './model/index.js';
import type { Panel } from './side-panel.js';
import type { useDraft } from './use-draft.js';
import { useLeaving } from './use-leaving.js';
import { useSaving } from './use-saving.js';
import { type Mode, Workspace } from './workspace.js';

export interface EditingProps {
  /** Null: it was never saved. */
  name: string | null;
  /** What is shown at first, where the width of the window does not say. */
  first?: Mode;
  panel?: Panel | undefined;
  draft: ReturnType<typeof useDraft>;
  /** An old version is looked at. */
  old: Old | undefined;
  onVersion: (version: number | undefined) => void;
  onSaved: (saved: Saved) => void;
}

/** The builder's page around a text that is loaded. */
export function Editing({ name, first, panel: given, draft, old, onVersion, onSaved }: EditingProps) {
  const [mode, setMode] = useState<Mode>(first ?? (window.innerWidth > 1150 ? 'both' : 'canvas'));
  const [panel, setPanel] = useState(given);
  const may = useMay('workflows:write');
  const mayRun = useMay('runs:start');
  const { save, saving, conflict, error, forget } = useSaving(onSaved);
  const leaving = useLeaving(draft.kept);
  useKeys({ '1': () => setMode('canvas'), '2': () => setMode('both'), '3': () => setMode('text') });
  const version = useBuilder((state) => state.saved?.version);

  useSaveKey(() => may && !old && save());
  return (
    <div className={css.page}>
      <Page
        title={name ?? 'New workflow'}
        fill
        heading={<Heading name={name} onVersion={onVersion} />}
        actions={
          <>
            <Modes mode={mode} onMode={setMode} />
            <PanelButton panel="try" now={panel} onPanel={setPanel} icon={<FlaskConical size={15} />}>
              Try
            </PanelButton>
            {mayRun && (
              <PanelButton panel="run" now={panel} onPanel={setPanel} icon={<Play size={15} />}>
                Run
              </PanelButton>
            )}
            {name !== null && version !== undefined && version > 1 && (
              <Tooltip text="Compare versions">
                <Link
                  to="/workflows/$id/diff"
                  params={{ id: name }}
                  search={{ from: version - 1, to: version }}
                  className={css.iconLink}
                  aria-label="Compare versions"
                >
                  <GitCompare size={16} aria-hidden />
                </Link>
              </Tooltip>
            )}
            {may && !old && <SaveButton saving={saving} onSave={() => save()} />}
          </>
        }
      >
        <div className={css.body}>
          {old && <OldVersionBanner old={old} may={may} onNewest={() => onVersion(undefined)} />}
          {draft.found && <DraftBanner draft={draft.found} onAnswer={draft.answer} />}
          {conflict && (
            <NewerBanner
              newer={conflict}
              own={conflict.name === name}
              onSave={() => save(true)}
              onForget={forget}
              compare={
                conflict.name === name && (
                  <Link to="/workflows/$id/diff" params={{ id: name }} search={{ from: version, to: conflict.version }}>
                    See what changed
                  </Link>
                )
              }
            />
          )}
          {error !== undefined && <SaveError error={error} onRetry={() => save()} />}
          <Workspace mode={mode} onMode={setMode} panel={panel} onPanel={setPanel} />
          {leaving && (
            <Confirm
              title="Leave without your changes?"
              act="Leave"
              back="Stay"
              onAct={leaving.leave}
              onBack={leaving.stay}
            >
              What you changed is not saved, and this browser could not keep it.
            </Confirm>
          )}
        </div>
      </Page>
    </div>
  );
}

/** Ctrl S, or Cmd S, wherever the focus is: the browser's own saving is of no use here. */
function useSaveKey(save: () => void): void {
  const onSave = useEffectEvent(save);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.key.toLowerCase() !== 's') return;
      event.preventDefault();
      onSave();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
}

function PanelButton({
  panel,
  now,
  onPanel,
  icon,
  children,
}: {
  panel: Panel;
  now: Panel | undefined;
  onPanel: (panel: Panel | undefined) => void;
  icon: ReactNode;
  children: ReactNode;
}) {
  return (
    <Button icon={icon} aria-pressed={now === panel} onClick={() => onPanel(now === panel ? undefined : panel)}>
      {children}
    </Button>
  );
}

function SaveButton({ saving, onSave }: { saving: boolean; onSave: () => void }) {
  const dirty = useBuilder((state) => state.dirty);
  return (
    <Tooltip text="Save as the next version (Ctrl S)">
      <Button
        look="primary"
        icon={<Save size={15} />}
        busy={saving}
        disabled={!dirty}
        onClick={onSave}
        aria-keyshortcuts="Control+S"
      >
        Save
      </Button>
    </Tooltip>
  );
}
