import { inTemporalWeb, runAddress } from './temporal-web.js';

test('a run is found under its own id, whatever stands in names and ids', () => {
  const address = runAddress('http://127.0.0.1:8233/', 'a/b');
  expect(address).toBe('http://127.0.0.1:8233/namespaces/a%2Fb/workflows/{workflow_id}');
  expect(inTemporalWeb(address, 'run_1/map$&')).toBe(
    'http://127.0.0.1:8233/namespaces/a%2Fb/workflows/run_1%2Fmap%24%26',
  );
});
