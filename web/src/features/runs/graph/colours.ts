import { useEffect, useState } from 'react';
import { useTheme } from '../../../lib/theme.js';
import type { Tone } from '../../../ui/index.js';

/** Tokens as a canvas takes them. */
export interface Colours {
  page: string;
  surface: string;
  line: string;
  edge: string;
  edgeTaken: string;
  ink: string;
  accent: string;
  fill: Record<Tone, string>;
}
const TONES: Tone[] = ['good', 'bad', 'busy', 'wait', 'held', 'idle'];

/** The tokens' colours in the theme of now; a canvas knows neither `var()` nor `light-dark()`. */
export function readColours(): Colours {
  const probe = document.createElement('span');
  probe.hidden = true;
  document.body.append(probe);
  const read = (token: string): string => {
    probe.style.color = `var(--${token})`;
    return getComputedStyle(probe).color;
  };
  const colours: Colours = {
    ...{ page: read('page'), surface: read('surface'), line: read('line'), ink: read('ink'), accent: read('accent') },
    ...{ edge: read('line-strong'), edgeTaken: read('ink-3') },
    fill: Object.fromEntries(TONES.map((tone) => [tone, read(`${tone}-fill`)])) as Record<Tone, string>,
  };
  probe.remove();
  return colours;
}

/** Anew when the theme changes, by hand or with the system. */
export function useColours(): Colours {
  const theme = useTheme();
  const [colours, setColours] = useState(readColours);
  useEffect(() => {
    const refresh = (): void => setColours(readColours());
    refresh();
    const system = matchMedia('(prefers-color-scheme: dark)');
    system.addEventListener('change', refresh);
    return () => system.removeEventListener('change', refresh);
  }, [theme]);
  return colours;
}
