import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useEffectEvent, useState } from 'react';
import { Loading, Page, ProblemPanel, toast } from '../../../ui/index.js';
import { useMay, useMe } from '../../session/session.js';
import { workflowQuery } from './api.js';
import { Editing } from './editing.js';
import { draftFor, draftOf, keepDraft, type Saved, useBuilder } from './model/index.js';
import { isPanel } from './side-panel.js';
import { MayNotBegin, Start } from './start.js';
import { useDraft } from './use-draft.js';

/** A workflow that is there: the newest version is edited, an older one is looked at. */
export function Builder() {
  const { id } = useParams({ from: '/signed-in/workflows/$id' });
  const { version, node, panel } = useSearch({ from: '/signed-in/workflows/$id' });
  const [taken, take] = useState<Saved>();
  const [turn, setTurn] = useState(0);
  const client = useQueryClient();
  /** What somebody has saved meanwhile; what is not saved here is kept, and offered again. */
  const renew = () =>
    client.fetchQuery({ ...workflowQuery(id), staleTime: 0 }).then(
      () => setTurn((before) => before + 1),
      (err: unknown) => toast(err instanceof Error ? err.message : String(err), 'bad'),
    );
  // A new version, a new page; what is selected in it is its own.
  return (
    <Existing
      key={`${id} ${version ?? ''} ${turn}`}
      {...{ reference: id, version, node, panel, taken, take }}
      onRenew={() => void renew()}
    />
  );
}

function Existing({
  reference,
  version,
  node,
  panel,
  taken,
  take,
  onRenew,
}: {
  reference: string;
  version: number | undefined;
  /** What is selected at first, and what stands beside the canvas. */
  node: string | undefined;
  panel: string | undefined;
  /** An old version that is to be edited, on its way to the newest. */
  taken: Saved | undefined;
  take: (version: Saved | undefined) => void;
  onRenew: () => void;
}) {
  const navigate = useNavigate();
  const may = useMay('workflows:write');
  const { data: saved, error, refetch } = useQuery(workflowQuery(reference, version));
  const newest = useQuery({ ...workflowQuery(reference), enabled: version !== undefined });
  const loaded = useLoaded(saved, !may || version !== undefined, node);
  const org = useMe().org.id;
  const draft = useDraft(saved?.name ?? reference, loaded);

  useEffect(() => {
    if (!taken || version !== undefined || !loaded || useBuilder.getState().saved?.name !== taken.name) return;
    take(undefined);
    useBuilder.getState().change(() => taken.text, `Take over version ${taken.version}`);
  }, [loaded, version, taken, take]);

  if (error)
    return (
      <Page title={reference}>
        <ProblemPanel error={error} onRetry={() => void refetch()} />
      </Page>
    );
  if (!loaded || !saved)
    return (
      <Page title={reference}>
        <Loading label={`Loading ${reference}`} />
      </Page>
    );
  const go = (to: number | undefined): void =>
    to === version
      ? onRenew() // one is there already, and somebody has saved since
      : void navigate({
          to: '/workflows/$id',
          params: { id: saved.name },
          search: to === undefined ? {} : { version: to },
        });
  return (
    <Editing
      name={saved.name}
      panel={isPanel(panel) ? panel : undefined}
      draft={draft}
      old={
        version === undefined
          ? undefined
          : {
              newest: newest.data?.version,
              // Where nodes were put by hand is no work that would be lost.
              hasDraft: () => (draftFor(org, saved.name)?.text ?? newest.data?.text) !== newest.data?.text,
              edit: () => {
                take(saved);
                go(undefined);
              },
            }
      }
      onVersion={go}
      onSaved={({ name }) => {
        if (name !== saved.name) void navigate({ to: '/workflows/$id', params: { id: name }, search: {} });
      }}
    />
  );
}

/** True once the store has the version. It is given it once: what is saved later, it knows itself. */
function useLoaded(saved: Saved | undefined, readOnly: boolean, node: string | undefined): boolean {
  const load = useEffectEvent(() => {
    if (!saved) return;
    useBuilder.getState().load({ text: saved.text, saved, readOnly });
    if (node !== undefined) useBuilder.getState().select({ nodes: [node] });
  });
  const there = saved !== undefined;
  useEffect(() => {
    if (!there) return undefined;
    load();
    return () => useBuilder.getState().leave();
  }, [there]);
  return useBuilder((state) => state.loaded);
}

/** A workflow that is not there yet; who may not write any is told so. */
export function NewWorkflow() {
  if (useMay('workflows:write')) return <Beginning />;
  return (
    <Page title="New workflow">
      <MayNotBegin />
    </Page>
  );
}

function Beginning() {
  const navigate = useNavigate();
  const [started, setStarted] = useState<'canvas' | 'text'>();
  useEffect(() => {
    useBuilder.getState().load({ text: '', saved: null });
    return () => useBuilder.getState().leave();
  }, []);
  const org = useMe().org.id;
  const loaded = useBuilder((state) => state.loaded);
  const draft = useDraft(null, loaded);
  if (!started)
    return (
      <Page title="New workflow">
        <Start
          draft={draft.found}
          onRestore={() => {
            draft.answer(true);
            setStarted('canvas');
          }}
          onStart={(text) => {
            useBuilder.getState().setText(text);
            setStarted('canvas');
          }}
          onText={() => setStarted('text')}
        />
      </Page>
    );
  return (
    <Editing
      name={null}
      {...(started === 'text' ? { first: 'text' as const } : {})}
      draft={draft}
      old={undefined}
      onVersion={() => undefined}
      onSaved={({ name }) => {
        keepDraft(org, name, draftOf(useBuilder.getState(), new Date())); // where nodes were put by hand
        void navigate({ to: '/workflows/$id', params: { id: name }, search: {}, replace: true });
      }}
    />
  );
}
