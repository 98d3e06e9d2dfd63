import { useReactFlow } from '@xyflow/react';
import type { RefObject } from 'react';
import { isNodeType, lookOf } from '../../../../ui/node-types.js';
import { useBuilder } from '../model/index.js';
import { add, connect } from './actions.js';
import { focusNode } from './focus.js';
import { Help } from './help.js';
import { TYPE_CHOICES } from './palette.js';
import { type Choice, Picker } from './picker.js';

/** What the reader is asked: which type of node to add, where an edge leads, which node to go to. */
export type Asking =
  | { for: 'add'; from: string | undefined; at?: { x: number; y: number } }
  | { for: 'connect'; from: string }
  | { for: 'find' }
  | { for: 'help' };

export function Pickers({
  asking,
  onOpen,
  onClose,
  box,
}: {
  asking: Asking;
  onOpen: () => void;
  onClose: () => void;
  box: RefObject<HTMLElement | null>;
}) {
  const view = useBuilder((state) => state.view);
  const { fitView } = useReactFlow();
  const close = (key?: string): void => {
    onClose();
    focusNode(box.current, key);
  };
  switch (asking.for) {
    case 'help':
      return <Help onClose={() => close()} />;
    case 'add': {
      const pick = (type: string): void => {
        if (!isNodeType(type) || !add(type, { after: asking.from, ...(asking.at ? { at: asking.at } : {}) }))
          return close();
        onClose();
        onOpen();
      };
      const title = asking.from === undefined ? 'Add a node' : `Add a node after ${asking.from}`;
      return (
        <Picker
          title={title}
          placeholder="A type of node"
          choices={TYPE_CHOICES}
          onPick={pick}
          onClose={() => close()}
        />
      );
    }
    case 'connect': {
      const { from } = asking;
      const pick = (to: string): void => {
        connect(from, to);
        close(from);
      };
      const choices = choicesOf(view.nodes.filter(({ key }) => key !== from));
      return (
        <Picker
          title={`Connect ${from} to`}
          placeholder="A node"
          choices={choices}
          onPick={pick}
          onClose={() => close()}
        />
      );
    }
    case 'find': {
      const pick = (key: string): void => {
        useBuilder.getState().select({ nodes: [key] });
        void fitView({ nodes: [{ id: key }], maxZoom: 1, duration: 200, padding: 2 });
        close(key);
      };
      return (
        <Picker
          title="Find a node"
          placeholder="Its key, type or what it does"
          choices={choicesOf(view.nodes)}
          onPick={pick}
          onClose={() => close()}
        />
      );
    }
  }
}

const choicesOf = (nodes: ReturnType<typeof useBuilder.getState>['view']['nodes']): Choice[] =>
  nodes.map(({ key, type, summary }) => {
    const { label, Icon } = lookOf(type);
    return {
      id: key,
      label: key,
      hint: [label, summary].filter(Boolean).join(' · '),
      icon: <Icon size={16} aria-hidden />,
    };
  });
