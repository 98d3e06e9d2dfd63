import { useReactFlow } from '@xyflow/react';
import { type RefObject, useEffect, useEffectEvent } from 'react';
import { isUndoForScreen } from '../../../../lib/keys.js';
import { useBuilder } from '../model/index.js';
import { arrange, duplicate, place, removeSelected, selectAll } from './actions.js';
import { focusNode, keepFocus } from './focus.js';
import { type CardNode, WHOLE } from './flow.js';
import { type Command, commandOf } from './keys.js';
import { type Direction, neighbour, nextEdge } from './moves.js';
import { useShow } from './use-show.js';
import type { Asking } from './pickers.js';

interface Given {
  box: RefObject<HTMLElement | null>;
  nodes: readonly CardNode[];
  current: { key: string | undefined; selected: string | undefined };
  onOpen: () => void;
  ask: (asking: Asking) => void;
}
/** In px, with Alt and an arrow. */
const STEP = 20;
const OFF: Record<Direction, { x: number; y: number }> = {
  up: { x: 0, y: -STEP },
  down: { x: 0, y: STEP },
  left: { x: -STEP, y: 0 },
  right: { x: STEP, y: 0 },
};
/** They change the spec, and do nothing to one that is only looked at. */
const CHANGES = new Set<unknown>(['add', 'connect', 'remove', 'duplicate', 'undo', 'redo', 'arrange']);
const BACK = new Set<unknown>(['undo', 'redo']);

type Pressed = Pick<
  KeyboardEvent,
  'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'target' | 'defaultPrevented' | 'preventDefault'
>;

/** What keys do on the canvas, and while the focus is nowhere; undo and redo wherever nobody writes. Buttons in it keep their own. */
export function useCommands({ box, nodes, current, onOpen, ask }: Given): (event: Pressed) => void {
  const { fitView, zoomIn, zoomOut } = useReactFlow();
  const show = useShow(nodes);
  const store = useBuilder.getState;

  const goTo = (key: string, others: readonly string[] = []): void => {
    store().select({ nodes: [...others.filter((each) => each !== key), key] });
    if (others.length > 0) show(key);
    focusNode(box.current, key);
  };
  const move = (direction: Direction, extend: boolean): void => {
    const { selection, view } = store();
    if (current.key === undefined) return;
    if (selection.nodes.length === 0) return goTo(current.key);
    const places = new Map(nodes.map(({ id, position }) => [id, position]));
    const next = neighbour(current.key, direction, { edges: view.edges, places });
    if (next === undefined)
      return store().say(
        `Nothing ${direction === 'up' || direction === 'down' ? direction : `to the ${direction}`} from ${current.key}.`,
      );
    goTo(next, extend ? selection.nodes : []);
  };
  const goBack = (step: 'undo' | 'redo'): void => {
    store()[step]();
    keepFocus(box.current); // what had it may be gone with that
  };
  const nudge = (direction: Direction): void => {
    const { selection } = store();
    const moved = nodes.filter(({ id }) => selection.nodes.includes(id));
    const { x, y } = OFF[direction];
    place(Object.fromEntries(moved.map(({ id, position }) => [id, { x: position.x + x, y: position.y + y }])));
  };
  const edge = (step: 1 | -1): void => {
    const { selection, view } = store();
    const [chosen] = selection.edges;
    const from = current.key ?? view.edges.find(({ index }) => index === chosen)?.from;
    const next = from === undefined ? undefined : nextEdge(from, chosen, step, view.edges);
    if (next === undefined) return store().say('No edge leads from or to here.');
    store().select({ nodes: selection.nodes, edges: [next] });
    const found = view.edges.find(({ index }) => index === next)!;
    store().say(`Edge from ${found.from} to ${found.to}`);
  };

  const simple: Record<Extract<Command, string>, () => void> = {
    open: onOpen,
    add: () => ask({ for: 'add', from: current.selected }),
    connect: () =>
      current.selected === undefined
        ? store().refuse('Select one node first.')
        : ask({ for: 'connect', from: current.selected }),
    'next-edge': () => edge(1),
    'previous-edge': () => edge(-1),
    remove: () => {
      const { selection, select } = store();
      // An edge that was gone to from its node is meant, not the node.
      if (selection.edges.length > 0 && selection.nodes.length === 1) select({ edges: selection.edges });
      removeSelected();
      focusNode(box.current);
    },
    duplicate: () => {
      duplicate();
      focusNode(box.current, store().selection.nodes.at(-1));
    },
    ...{ arrange, undo: () => goBack('undo'), redo: () => goBack('redo'), 'select-all': selectAll },
    find: () => ask({ for: 'find' }),
    help: () => ask({ for: 'help' }),
    fit: () => void fitView({ ...WHOLE, duration: 200 }),
    'zoom-in': () => void zoomIn(),
    'zoom-out': () => void zoomOut(),
    clear: () => store().select({}),
    ...{ copy: () => undefined, cut: () => undefined, paste: () => undefined },
  };

  const run = (event: Pressed): void => {
    const target = event.target as HTMLElement;
    const command = commandOf(event);
    if (command === undefined || event.defaultPrevented) return;
    if (target.closest('button, a, input, textarea, .cm-editor') && (command === 'open' || typeof command !== 'string'))
      return;
    if (store().readOnly && (CHANGES.has(command) || (typeof command === 'object' && 'nudge' in command))) return;
    event.preventDefault();
    if (typeof command === 'string') simple[command]();
    else if ('move' in command) move(command.move, false);
    else if ('extend' in command) move(command.extend, true);
    else nudge(command.nudge);
  };
  const runElsewhere = useEffectEvent((event: KeyboardEvent) => {
    const { target } = event;
    const isBack = BACK.has(commandOf(event)) && isUndoForScreen(target);
    if (target === document.body || isBack) run(event);
  });
  useEffect(() => {
    document.addEventListener('keydown', runElsewhere);
    return () => document.removeEventListener('keydown', runElsewhere);
  }, []);
  return run;
}
