import { CircleUser, LogOut, Moon, Sun, SunMoon } from 'lucide-react';
import { useMe } from '../features/session/session.js';
import { setTheme, type Theme, useTheme } from '../lib/theme.js';
import { setZone, useZone } from '../lib/time.js';
import { Menu, type MenuItem } from '../ui/index.js';
import css from './shell.module.css';
import { useSignOut } from './sign-out.js';

const THEMES: { theme: Theme; label: string; Icon: typeof Sun }[] = [
  { theme: 'system', label: 'As the system', Icon: SunMoon },
  { theme: 'light', label: 'Light', Icon: Sun },
  { theme: 'dark', label: 'Dark', Icon: Moon },
];

/** Who is signed in; how the app looks to them; the way out. */
export function Person() {
  const { name, subject, roles } = useMe();
  const theme = useTheme();
  const zone = useZone();
  const { leave, dialog } = useSignOut();
  const items: MenuItem[] = [
    { heading: roles.join(', ') || 'no role' },
    ...THEMES.map(
      ({ theme: each, label }): MenuItem => ({ label, checked: each === theme, onSelect: () => setTheme(each) }),
    ),
    'line',
    { label: 'Times in my zone', checked: zone === 'local', onSelect: () => setZone('local') },
    { label: 'Times in UTC', checked: zone === 'utc', onSelect: () => setZone('utc') },
    'line',
    { label: 'Sign out', icon: <LogOut />, onSelect: leave },
  ];
  return (
    <>
      <Menu
        align="start"
        side="top"
        items={items}
        trigger={
          <button type="button" className={css.person} title={subject}>
            <CircleUser size={16} aria-hidden className={css.personIcon} />
            <span className={css.orgName}>{name}</span>
          </button>
        }
      />
      {dialog}
    </>
  );
}
