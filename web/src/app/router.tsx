import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { z } from 'zod/mini';
import { meQuery } from '../features/session/session.js';
import { SignIn } from '../features/session/sign-in.js';
import { Loading } from '../ui/index.js';
import { Failed } from './failed.js';
import { NotFound } from './not-found.js';
import { Shell } from './shell.js';

/** Paths have one table: this one. Search parameters are typed, so that a filter is a link that can be sent. */
const root = createRootRouteWithContext<{ client: QueryClient }>()({
  component: Outlet,
  notFoundComponent: NotFound,
});

/** What does not parse is left out: a link that is half right still opens. */
// oxlint-disable-next-line promise/valid-params -- this catch is zod's
const lenient = <T extends z.ZodMiniType>(schema: T) => z.catch(z.optional(schema), undefined);
const search = <T extends z.ZodMiniType>(schema: T) => ({
  validateSearch: (given: Record<string, unknown>): z.infer<T> => schema.parse(given),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignIn,
  ...search(z.object({ to: lenient(z.string()), problem: lenient(z.string()) })),
});

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Shell,
  async beforeLoad({ context: { client }, location }) {
    if ((await client.ensureQueryData(meQuery)) === null)
      throw redirect({ to: '/sign-in', search: { to: location.href } });
  },
});

const home = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/runs' });
  },
});

const texts = lenient(z.array(z.string()));
const some = lenient(z.string());
const runs = createRoute({
  getParentRoute: () => signedIn,
  path: '/runs',
  component: lazyRouteComponent(() => import('../features/runs/list/runs.js'), 'Runs'),
  ...search(
    z.object({
      status: texts,
      field: texts,
      ...{ workflow: some, q: some, since: some, until: some },
      version: lenient(z.number()),
    }),
  ),
});

const run = createRoute({
  getParentRoute: () => signedIn,
  path: '/runs/$runId',
  component: lazyRouteComponent(() => import('../features/runs/view/run.js'), 'Run'),
  ...search(z.object({ node: some, tab: some, panel: some })),
});

const compare = createRoute({
  getParentRoute: () => signedIn,
  path: '/runs/$runId/compare/$otherId',
  component: lazyRouteComponent(() => import('../features/runs/compare/compare.js'), 'Compare'),
});

const workflows = createRoute({
  getParentRoute: () => signedIn,
  path: '/workflows',
  component: lazyRouteComponent(() => import('../features/workflows/list/workflows.js'), 'Workflows'),
  ...search(z.object({ q: some })),
});

const builderSearch = search(z.object({ version: lenient(z.number()), node: some, panel: some }));
const newWorkflow = createRoute({
  getParentRoute: () => signedIn,
  path: '/workflows/_new', // no workflow can have this name
  component: lazyRouteComponent(() => import('../features/workflows/builder/builder.js'), 'NewWorkflow'),
  ...builderSearch,
});

const workflow = createRoute({
  getParentRoute: () => signedIn,
  path: '/workflows/$id',
  component: lazyRouteComponent(() => import('../features/workflows/builder/builder.js'), 'Builder'),
  ...builderSearch,
});

const diff = createRoute({
  getParentRoute: () => signedIn,
  path: '/workflows/$id/diff',
  component: lazyRouteComponent(() => import('../features/workflows/diff/diff.js'), 'VersionDiff'),
  ...search(z.object({ from: lenient(z.number()), to: lenient(z.number()) })),
});

const inbox = createRoute({
  getParentRoute: () => signedIn,
  path: '/inbox',
  component: lazyRouteComponent(() => import('../features/inbox/inbox.js'), 'Inbox'),
  ...search(z.object({ show: some, q: some, sort: some, run: some, node: some })),
});

/** What no other path leads to is told within the frame, so that one gets on from there. */
const elsewhere = createRoute({ getParentRoute: () => signedIn, path: '$', component: NotFound });

const routeTree = root.addChildren([
  signIn,
  signedIn.addChildren([home, runs, run, compare, workflows, newWorkflow, workflow, diff, inbox, elsewhere]),
]);

export const buildRouter = (client: QueryClient) =>
  createRouter({
    routeTree,
    context: { client },
    defaultPreload: 'intent',
    defaultPendingComponent: () => <Loading label="Loading" />,
    defaultErrorComponent: Failed,
    defaultNotFoundComponent: NotFound,
  });

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof buildRouter>;
  }
}
