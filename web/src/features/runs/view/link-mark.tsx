import { CloudOff, Flag, History, LoaderCircle, Radio } from 'lucide-react';
import { clsx } from 'clsx';
import type { LinkState } from '../live/index.js';
import css from './run.module.css';

const MARKS = {
  connecting: { Icon: LoaderCircle, text: 'Connecting', help: 'The line to the run is being opened.' },
  live: { Icon: Radio, text: 'Live', help: 'Everything that happens to the run is shown as it does.' },
  behind: {
    Icon: History,
    text: 'Behind',
    help: 'The run’s history can’t be read now. What is shown is true, and what follows comes late.',
  },
  lost: {
    Icon: CloudOff,
    text: 'Connection lost',
    help: 'What is shown is how the run stood. It is tried again by itself, and nothing will be missing.',
  },
  ended: { Icon: Flag, text: 'Over', help: 'Nothing more follows, unless the run is redriven.' },
} satisfies Record<LinkState, object>;

/** Whether what is shown is what is: said aloud when it changes. */
export function LinkMark({ link }: { link: LinkState }) {
  const { Icon, text, help } = MARKS[link];
  return (
    <span className={clsx(css.link, css[link])} role="status" title={help} data-link={link}>
      <Icon size={14} aria-hidden />
      {text}
      <span className="sr-only">. {help}</span>
    </span>
  );
}
