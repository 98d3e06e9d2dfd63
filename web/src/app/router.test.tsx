import { QueryClient } from '@tanstack/react-query';
import { WORKFLOW_NAME } from '../../../core/spec/reference.js';
import { buildRouter } from './router.js';

const router = buildRouter(new QueryClient());
const routeOf = (path: string): string | undefined => router.getMatchedRoutes(path)[2]?.id;

test.each(['new', 'diff', 'flow'])('a workflow that is named %s can be opened', (name) =>
  expect(routeOf(`/workflows/${name}`)).toBe('/signed-in/workflows/$id'),
);

test('where a workflow is begun no workflow can be', () => {
  expect(routeOf('/workflows/_new')).toBe('/signed-in/workflows/_new');
  expect('_new').not.toMatch(WORKFLOW_NAME);
});
