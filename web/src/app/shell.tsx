import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { ChevronsUpDown, Inbox, Play, Plus, Workflow } from 'lucide-react';
import { inboxCountQuery } from '../features/inbox/api.js';
import { Notices } from '../features/inbox/notices.js';
import { meQuery, switchOrg, useBecome, useMe } from '../features/session/session.js';
import { Menu, type MenuItem, toast } from '../ui/index.js';
import { Arrival } from './arrival.js';
import { Offline } from './offline.js';
import { Elsewhere } from './other-tabs.js';
import { Person } from './person.js';
import css from './shell.module.css';

const PLACES = [
  { to: '/runs', label: 'Runs', Icon: Play },
  { to: '/workflows', label: 'Workflows', Icon: Workflow },
  { to: '/inbox', label: 'Inbox', Icon: Inbox },
] as const;

/**
 * The signed-in part stands for one person in one org, and is another for the next: no screen, and nothing typed, goes over from one to the
 * other. With nobody there is nothing of it; the sign-in page is on its way.
 */
export function Shell() {
  const { data: me } = useQuery(meQuery);
  return me ? <Frame key={`${me.org.id} ${me.subject}`} /> : null;
}

/** What stands around every screen: where one may go, in which org, as whom. */
function Frame() {
  return (
    <div className={css.shell}>
      <a className={css.skip} href="#main">
        Skip to the content
      </a>
      <nav className={css.nav} aria-label="Main">
        <Org />
        <ul className={css.places}>
          {PLACES.map(({ to, label, Icon }) => (
            <li key={to}>
              <Link to={to} className={css.place} activeProps={{ className: css.here, 'aria-current': 'page' }}>
                <Icon size={16} aria-hidden />
                <span>{label}</span>
                {to === '/inbox' && <Waiting />}
              </Link>
            </li>
          ))}
        </ul>
        <Person />
      </nav>
      <div className={css.side}>
        <Offline />
        <main id="main" tabIndex={-1} className={css.main}>
          <Outlet />
        </main>
      </div>
      <Arrival />
      <Notices />
      <Elsewhere />
    </div>
  );
}

/** How many decisions wait for the reader. */
function Waiting() {
  const { data } = useQuery(inboxCountQuery);
  if (!data) return null;
  return (
    <span className={css.count} aria-label={`${data} waiting for you`}>
      {data > 99 ? '99+' : data}
    </span>
  );
}

function Org() {
  const { org, orgs } = useMe();
  const become = useBecome();
  const navigate = useNavigate();
  const go = async (id: string): Promise<void> => {
    become(await switchOrg(id));
    await navigate({ to: '/runs' });
  };
  const items: MenuItem[] = [
    { heading: 'Organisations' },
    ...orgs.map(
      (each): MenuItem => ({
        label: each.name,
        hint: each.roles.join(', '),
        checked: each.id === org.id,
        onSelect: () => void go(each.id).catch((err: Error) => toast(err.message, 'bad')),
      }),
    ),
    'line',
    { label: 'Add one with its key…', icon: <Plus />, onSelect: () => void navigate({ to: '/sign-in', search: {} }) },
  ];
  return (
    <Menu
      align="start"
      items={items}
      trigger={
        <button type="button" className={css.org} aria-label={`Organisation: ${org.name}`}>
          <img src="/heddle.svg" alt="" width={22} height={22} />
          <span className={css.orgName}>{org.name}</span>
          <ChevronsUpDown size={14} aria-hidden />
        </button>
      }
    />
  );
}
