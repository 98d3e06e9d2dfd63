import { History, Info, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Button, Confirm, ProblemPanel, Time, Who } from '../../../ui/index.js';
import css from './builder.module.css';
import { type Draft, useBuilder } from './model/index.js';
import type { Newer } from './use-saving.js';

const Banner = ({
  icon,
  tone,
  children,
  actions,
}: {
  icon: ReactNode;
  tone?: 'wait';
  children: ReactNode;
  actions?: ReactNode;
}) => (
  <section className={css.banner} data-tone={tone} role="status">
    <span aria-hidden>{icon}</span>
    <p>{children}</p>
    <div className={css.bannerActions}>{actions}</div>
  </section>
);

/** What was left from an earlier time. */
export function DraftBanner({ draft, onAnswer }: { draft: Draft; onAnswer: (restore: boolean) => void }) {
  const saved = useBuilder((state) => state.saved);
  const behind = saved && draft.base && saved.version > draft.base.version;
  return (
    <Banner
      icon={<History size={16} />}
      actions={
        <>
          <Button onClick={() => onAnswer(false)}>Discard</Button>
          <Button look="primary" onClick={() => onAnswer(true)}>
            Restore
          </Button>
        </>
      }
    >
      You changed this <Time at={draft.at} relative /> and did not save it.
      {behind && ` It was made from version ${draft.base!.version}; version ${saved.version} is newer.`}
    </Banner>
  );
}

export interface Old {
  newest: number | undefined;
  /** There is unsaved work on the newest version, which editing this one would replace. */
  hasDraft: () => boolean;
  edit: () => void;
}

/** An old version is looked at. */
export function OldVersionBanner({ old, may, onNewest }: { old: Old; may: boolean; onNewest: () => void }) {
  const version = useBuilder((state) => state.saved?.version);
  const [asking, setAsking] = useState(false);
  const { newest, hasDraft, edit } = old;
  return (
    <>
      <Banner
        icon={<Info size={16} />}
        actions={
          <>
            {may && <Button onClick={() => (hasDraft() ? setAsking(true) : edit())}>Edit from here</Button>}
            <Button onClick={onNewest}>Newest version</Button>
          </>
        }
      >
        This is version {version}
        {newest !== undefined && ` of ${newest}`}. Versions do not change.
      </Banner>
      {asking && (
        <Confirm
          title="Replace your draft?"
          act={`Edit version ${version ?? ''}`}
          back="Keep the draft"
          onAct={edit}
          onBack={() => setAsking(false)}
        >
          There is unsaved work on this workflow. This version would take its place, and it could not be brought back.
        </Confirm>
      )}
    </>
  );
}

/** Somebody saved meanwhile. */
export function NewerBanner({
  newer,
  own,
  onSave,
  onForget,
  compare,
}: {
  newer: Newer;
  /** It is the workflow that is edited. */
  own: boolean;
  onSave: () => void;
  onForget: () => void;
  compare: ReactNode;
}) {
  return (
    <Banner
      icon={<TriangleAlert size={16} />}
      tone="wait"
      actions={
        <>
          {compare}
          <Button onClick={onForget}>Not now</Button>
          <Button look="primary" onClick={onSave}>
            Save all the same
          </Button>
        </>
      }
    >
      {own ? (
        <>
          Not saved: <Who of={newer.created_by} /> saved version {newer.version} <Time at={newer.created_at} relative />
          . What you save would be the next version, without those changes.
        </>
      ) : (
        <>
          Not saved: there is a workflow {newer.name} already, at version {newer.version} by{' '}
          <Who of={newer.created_by} />. What you save would be its next version. Give yours another name, or save it
          all the same.
        </>
      )}
    </Banner>
  );
}

export const SaveError = ({ error, onRetry }: { error: unknown; onRetry: () => void }) => (
  <div className={css.saveError}>
    <ProblemPanel error={error} onRetry={onRetry} />
  </div>
);
