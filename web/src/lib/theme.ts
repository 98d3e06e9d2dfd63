import { useSyncExternalStore } from 'react';

/** `system` follows the machine. public/theme.js sets it before the first paint. */
export type Theme = 'system' | 'light' | 'dark';
const KEY = 'heddle.theme';
const listeners = new Set<() => void>();

const current = (): Theme => (document.documentElement.dataset['theme'] as Theme | undefined) ?? 'system';

export function setTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // No storage allowed: it holds until the page is left.
  }
  for (const tell of listeners) tell();
}

export const useTheme = (): Theme =>
  useSyncExternalStore((tell) => {
    listeners.add(tell);
    return () => listeners.delete(tell);
  }, current);
