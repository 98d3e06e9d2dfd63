import { useNavigate } from '@tanstack/react-router';
import {
  Ban,
  GitCompareArrows,
  GitFork,
  type LucideIcon,
  MoreHorizontal,
  Pause,
  PencilLine,
  Play,
  Power,
  Redo2,
  RotateCcw,
  Send,
  SkipForward,
  SquarePen,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { Button, Menu, type MenuItem, Tooltip } from '../../../../ui/index.js';
import { useMe } from '../../../session/session.js';
import { useRunView } from '../../live/index.js';
import { useNodeFacts, useRunFacts } from './about.js';
import type { Asked } from './act-dialog.js';
import css from './actions.module.css';
import {
  ACTS,
  type ActName,
  isOver,
  type May,
  type NodeFacts,
  nodeOffers,
  type Offer,
  type RunFacts,
  runOffers,
} from './offers.js';
import { PickRun } from './pick-run.js';
import { useKeys } from './use-keys.js';

/** Loaded when somebody acts: editors come with it. */
const ActDialog = lazy(() => import('./act-dialog.js'));

const ICONS: Record<ActName, LucideIcon> = {
  ...{ pause: Pause, resume: Play, redrive: Redo2, fork: GitFork, amend: PencilLine, event: Send },
  ...{ compare: GitCompareArrows, cancel: Ban, terminate: Power, retry: RotateCcw, skip: SkipForward },
  ...{ set_output: SquarePen, pause_node: Pause, resume_node: Play, fork_here: GitFork },
};

function useMayAny(): May {
  const { actions } = useMe();
  return (action) => actions.includes(action);
}

/** What can be done to a run: what is most likely wanted now as buttons, and everything in a menu. */
export function RunActions({ runId }: { runId: string }) {
  const run = useRunFacts(runId);
  const may = useMayAny();
  if (!run) return null;
  return (
    <Actions
      runId={runId}
      offers={runOffers(run, may)}
      first={firstOf(run)}
      main={wantsAct(run.status)}
      label="What to do with the run"
    />
  );
}

/** The same for a node. */
export function NodeActions({ runId, nodeKey }: { runId: string; nodeKey: string }) {
  const node = useNodeFacts(runId, nodeKey);
  const may = useMayAny();
  if (!node) return null;
  const offers = nodeOffers(node, may);
  if (offers.length === 0) return null;
  return (
    <Actions
      {...{ runId, offers, first: firstOfNode(node), main: node.status === 'held' || node.paused }}
      node={nodeKey}
      label={`What to do with ${nodeKey}`}
    />
  );
}

const wantsAct = (status: RunFacts['status']): boolean =>
  status === 'paused' || (isOver(status) && status !== 'completed');

const firstOf = ({ status }: RunFacts): ActName[] => {
  if (status === 'paused') return ['resume', 'cancel'];
  if (status === 'failed' || status === 'cancelled' || status === 'terminated' || status === 'timed_out')
    return ['redrive', 'fork'];
  return status === 'completed' ? ['fork', 'compare'] : ['pause', 'cancel'];
};
const firstOfNode = ({ status, paused }: NodeFacts): ActName[] => {
  if (status === 'held') return ['retry', 'skip', 'set_output'];
  if (paused) return ['resume_node', 'skip'];
  return status === 'completed' || status === 'failed' ? ['retry', 'fork_here'] : ['skip', 'set_output'];
};

function Actions({
  runId,
  offers,
  first,
  main,
  node,
  label,
}: {
  runId: string;
  offers: readonly Offer[];
  first: readonly ActName[];
  /** The first of them is what somebody has to do. */
  main: boolean;
  node?: string;
  label: string;
}) {
  const [asked, setAsked] = useState<Asked>();
  const of = node === undefined ? {} : { node };
  const ask = (act: ActName) => setAsked({ act, ...of });
  const can = offers.filter(({ not }) => not === undefined);
  // A node's keys go before the run's where both have one.
  useKeys(Object.fromEntries(can.map(({ act }) => [ACTS[act].key, () => ask(act)])), node !== undefined);
  const buttons = first.flatMap((act) => can.filter((offer) => offer.act === act));
  const close = () => setAsked(undefined);
  return (
    <div className={css.actions} role="group" aria-label={label}>
      {buttons.map(({ act }, index) => (
        <Act key={act} act={act} main={index === 0 && main} onAsk={ask} />
      ))}
      <Menu
        trigger={
          <Button
            look={node === undefined ? 'plain' : 'quiet'}
            icon={<MoreHorizontal />}
            aria-label={`More: ${label}`}
          />
        }
        items={offers.map((offer) => itemOf(offer, ask))}
      />
      {asked?.act === 'compare' && <Compare runId={runId} onClose={close} />}
      {asked && asked.act !== 'compare' && (
        <Suspense>
          <ActDialog runId={runId} asked={asked} onClose={close} />
        </Suspense>
      )}
    </div>
  );
}

function Act({ act, main, onAsk }: { act: ActName; main: boolean; onAsk: (act: ActName) => void }) {
  const { label, key, danger } = ACTS[act];
  const Icon = ICONS[act];
  return (
    <Tooltip text={`Shift + ${key}`}>
      <Button
        icon={<Icon />}
        look={main ? 'primary' : danger ? 'danger' : 'plain'}
        aria-keyshortcuts={`Shift+${key}`}
        onClick={() => onAsk(act)}
      >
        {label.replace(' with another run', '')}
      </Button>
    </Tooltip>
  );
}

function itemOf({ act, not }: Offer, ask: (act: ActName) => void): MenuItem {
  const { label, key, danger = false } = ACTS[act];
  const Icon = ICONS[act];
  return {
    ...{ label, icon: <Icon />, onSelect: () => ask(act), disabled: not !== undefined },
    ...{ danger: danger && not === undefined, hint: not ?? `⇧${key}` },
  };
}

function Compare({ runId, onClose }: { runId: string; onClose: () => void }) {
  const navigate = useNavigate();
  const workflow = useRunView(runId, ({ run }) => run.workflow);
  if (workflow === undefined) return null;
  return (
    <PickRun
      {...{ workflow, not: runId, onClose }}
      onPick={(otherId) => void navigate({ to: '/runs/$runId/compare/$otherId', params: { runId, otherId } })}
    />
  );
}
