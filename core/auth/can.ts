/** What a key may do, by its roles. Pure: the API asks here, and so may a screen before it offers a button. */
export const ROLES = ['viewer', 'engineer', 'approver', 'operator', 'billing', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export type Action =
  | 'read'
  | 'workflows:write'
  | 'aliases:write'
  | 'runs:start'
  | 'runs:cancel'
  | 'runs:terminate'
  /** Pause, resume, retry, skip, set an output, redrive, fork. */
  | 'runs:repair'
  /** Named events: to a run, or to whichever wait. */
  | 'events:send'
  | 'schedules:write'
  | 'limits:manage'
  | 'gates:decide'
  | 'gates:comment'
  | 'keys:manage'
  /** The directory: who is addressed by mail, and as what. */
  | 'people:manage'
  | 'retention:manage'
  | 'triggers:manage'
  | 'webhooks:manage'
  /** Of all orgs: the API serves it to one org alone. */
  | 'payloads:read';

const ALLOWED: Record<Role, readonly Action[]> = {
  viewer: ['read'],
  engineer: [
    ...(['read', 'workflows:write', 'aliases:write', 'runs:start', 'runs:cancel', 'runs:repair'] as const),
    ...([
      'events:send',
      'schedules:write',
      'triggers:manage',
      'webhooks:manage',
      'limits:manage',
      'gates:comment',
    ] as const),
  ],
  approver: ['read', 'gates:decide', 'gates:comment'],
  operator: [
    ...(['read', 'aliases:write', 'runs:start', 'runs:cancel', 'runs:terminate'] as const),
    ...(['runs:repair', 'events:send', 'schedules:write', 'gates:decide', 'limits:manage', 'gates:comment'] as const),
  ],
  billing: ['read'],
  admin: [
    'read',
    'workflows:write',
    'aliases:write',
    'runs:start',
    'runs:cancel',
    'runs:terminate',
    'runs:repair',
    'events:send',
    'schedules:write',
    'limits:manage',
    'gates:decide',
    'gates:comment',
    'keys:manage',
    'people:manage',
    'retention:manage',
    'triggers:manage',
    'webhooks:manage',
    'payloads:read',
  ],
};

export const can = (roles: readonly Role[], action: Action): boolean =>
  roles.some((role) => ALLOWED[role]?.includes(action));

/** All that the roles may do. */
export const actionsOf = (roles: readonly Role[]): Action[] => [
  ...new Set(roles.flatMap((role) => ALLOWED[role] ?? [])),
];

/** The roles that may do it, for a message. */
export const rolesFor = (action: Action): Role[] => ROLES.filter((role) => ALLOWED[role].includes(action));
