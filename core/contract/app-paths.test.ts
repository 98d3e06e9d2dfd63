import { isAppPath } from './app-paths.js';

test.each([
  '/',
  '/sign-in',
  '/workflows',
  '/workflows/_new',
  '/workflows/flow@stable/diff',
  '/runs/run_1/compare/run_2',
  '/inbox/',
  '/settings/keys',
])('%s is the app’s', (path) => expect(isAppPath(path)).toBe(true));

test.each([
  '',
  '/api/v1/workflows',
  '/g/x',
  '/runsx',
  '/sign-in/x',
  '/Runs',
  '/healthz',
  '/metrics',
  '/assets/a.js',
  '//runs',
  '/x/runs',
])('%s is not', (path) => expect(isAppPath(path)).toBe(false));
