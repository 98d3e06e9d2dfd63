import type { Direction } from './moves.js';

/** What keys do on the canvas. The help sheet is made of this table, so that it can't tell anything else. */
export type Command =
  | { move: Direction }
  | { extend: Direction }
  | { nudge: Direction }
  | 'open'
  | 'add'
  | 'connect'
  | 'next-edge'
  | 'previous-edge'
  | 'remove'
  | 'copy'
  | 'cut'
  | 'paste'
  | 'duplicate'
  | 'select-all'
  | 'undo'
  | 'redo'
  | 'find'
  | 'fit'
  | 'zoom-in'
  | 'zoom-out'
  | 'arrange'
  | 'clear'
  | 'help';

export interface Shortcut {
  /** As they are shown; `Mod` is Ctrl, or Cmd on a Mac. */
  keys: string[];
  says: string;
  group: 'Move around' | 'Change' | 'See';
}

export const SHORTCUTS: Shortcut[] = [
  { group: 'Move around', keys: ['↑ ↓'], says: 'Along the edges' },
  { group: 'Move around', keys: ['← →'], says: 'To the node beside' },
  { group: 'Move around', keys: ['[', ']'], says: 'Edges of the node, in turn' },
  { group: 'Move around', keys: ['Shift ↑ ↓ ← →'], says: 'Select one more' },
  { group: 'Move around', keys: ['Mod A'], says: 'Select all' },
  { group: 'Move around', keys: ['/'], says: 'Find a node' },
  { group: 'Move around', keys: ['Esc'], says: 'Select nothing' },
  { group: 'Change', keys: ['Enter'], says: 'Open the form' },
  { group: 'Change', keys: ['a'], says: 'Add a node after the selected one' },
  { group: 'Change', keys: ['e'], says: 'Connect the node to another' },
  { group: 'Change', keys: ['Delete'], says: 'Delete what is selected' },
  { group: 'Change', keys: ['Mod C', 'Mod X', 'Mod V'], says: 'Copy, cut, paste' },
  { group: 'Change', keys: ['Mod D'], says: 'Duplicate' },
  { group: 'Change', keys: ['Mod Z', 'Mod Shift Z'], says: 'Undo, redo' },
  { group: 'Change', keys: ['Alt ↑ ↓ ← →'], says: 'Move the node by hand' },
  { group: 'Change', keys: ['Mod S'], says: 'Save' },
  { group: 'See', keys: ['f'], says: 'Show all' },
  { group: 'See', keys: ['+', '−'], says: 'Zoom' },
  { group: 'See', keys: ['l'], says: 'Arrange again' },
  { group: 'See', keys: ['1', '2', '3'], says: 'Canvas, both, text' },
  { group: 'See', keys: ['?'], says: 'This sheet' },
];

const ARROWS: Record<string, Direction> = { ArrowUp: 'up', ArrowDown: 'down', ArrowLeft: 'left', ArrowRight: 'right' };
const PLAIN: Record<string, Command> = {
  ...{
    Enter: 'open',
    a: 'add',
    e: 'connect',
    ']': 'next-edge',
    '[': 'previous-edge',
    Delete: 'remove',
    Backspace: 'remove',
  },
  ...{
    '/': 'find',
    f: 'fit',
    '+': 'zoom-in',
    '=': 'zoom-in',
    '-': 'zoom-out',
    l: 'arrange',
    Escape: 'clear',
    '?': 'help',
  },
};
const WITH_MOD: Record<string, Command> = { a: 'select-all', d: 'duplicate', z: 'undo', y: 'redo', f: 'find' };

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/**
 * What the key means. Copy, cut and paste are not here: the browser tells them as events of their own, with the clipboard, which may be read
 * then without asking.
 */
export function commandOf({ key, ctrlKey, metaKey, altKey, shiftKey }: Pressed): Command | undefined {
  const arrow = Object.hasOwn(ARROWS, key) ? ARROWS[key] : undefined;
  if (ctrlKey || metaKey) {
    if (altKey || arrow) return undefined;
    const letter = key.toLowerCase();
    if (letter === 'z' && shiftKey) return 'redo';
    return !shiftKey && Object.hasOwn(WITH_MOD, letter) ? WITH_MOD[letter] : undefined;
  }
  if (arrow) return altKey ? { nudge: arrow } : shiftKey ? { extend: arrow } : { move: arrow };
  return !altKey && Object.hasOwn(PLAIN, key) ? PLAIN[key] : undefined;
}
