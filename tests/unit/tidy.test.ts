import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Which folder may import which: docs/architecture.md says why. */
interface Layer {
  own: string[];
  /** Types only. */
  types?: string[];
  /** Of npm; absent: any. `node:` modules count. */
  packages?: string[];
}
const LAYERS: Record<string, Layer> = {
  core: { own: [], packages: ['zod', '@marcbachmann/cel-js', 'yaml', '@noble/curves'] },
  workflows: { own: ['core/'], types: ['activities/'], packages: ['@temporalio/workflow', '@temporalio/common'] },
  adapters: { own: ['core/'] },
  activities: { own: ['core/', 'adapters/'] },
  api: { own: ['core/', 'adapters/', 'workflows/messages'], types: ['workflows/'] },
  workers: { own: ['core/', 'adapters/', 'activities/', 'workflows/', 'api/part'] },
  cli: { own: ['core/'] },
  examples: { own: [] },
  web: { own: ['core/'] },
};

const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim().split('\n');
/** Written by npm run api-client, and not read by people. */
const GENERATED = 'web/src/lib/api/schema.d.ts';
const files = git('ls-files', '*.ts', '*.tsx').filter((file) => file !== GENERATED);
const layered = files.filter((file) => LAYERS[file.split('/')[0]!] && !file.includes('.test.'));

function importsOf(file: string): { target: string; type: boolean }[] {
  const text = readFileSync(file, 'utf8');
  const found = [...text.matchAll(/^(?:import|export)( type)?[^;'"]*?from '([^']+)'/gms)];
  const dynamic = [...text.matchAll(/\bimport\('([^']+)'\)/g)];
  return [
    ...found.map(([, type, target]) => ({ target: target!, type: Boolean(type) })),
    ...dynamic.map(([, target]) => ({ target: target!, type: false })),
  ];
}

test.each(layered)('%s imports only what its folder may', (file) => {
  const folder = file.split('/')[0]!;
  const { own, types = [], packages } = LAYERS[folder]!;
  const wrong = importsOf(file).filter(({ target, type }) => {
    if (!target.startsWith('.'))
      return packages && !packages.some((name) => target === name || target.startsWith(`${name}/`));
    const place = path.join(path.dirname(file), target);
    return (
      ![`${folder}/`, ...own, ...(type ? types : [])].some((friend) => place.startsWith(friend)) &&
      !place.startsWith('prisma/generated/')
    );
  });
  expect(wrong).toEqual([]);
});

/** Inside the web app the arrows go one way: app, features, ui and lib. No feature imports another, but what everybody needs to know of who is signed in. */
test.each(layered.filter((file) => file.startsWith('web/src/')))('%s keeps to the layers of the web app', (file) => {
  const WEB: Record<string, string[]> = {
    app: ['app', 'features', 'ui', 'lib'],
    features: ['ui', 'lib'],
    ui: ['ui', 'lib'],
    lib: ['lib'],
  };
  const place = (target: string) => path.join(path.dirname(file), target).replace('web/src/', '').split('/');
  const [layer = '', feature] = file.replace('web/src/', '').split('/');
  const wrong = importsOf(file).filter(({ target }) => {
    if (!target.startsWith('.') || layer === 'main.tsx') return false;
    const [to = '', of] = place(target);
    if (to === '..' || to === 'core') return false;
    return !(
      WEB[layer]?.includes(to) ||
      (layer === 'features' && to === 'features' && (of === feature || of === 'session'))
    );
  });
  expect(wrong).toEqual([]);
});

test('only adapters know the generated database client', () => {
  const outside = layered.filter(
    (file) => !file.startsWith('adapters/') && readFileSync(file, 'utf8').includes('prisma/generated'),
  );
  expect(outside).toEqual([]);
});

test('files stay small enough to be read in one go', () => {
  const long = files.filter((file) => readFileSync(file, 'utf8').split('\n').length > 400);
  expect(long).toEqual([]);
});

test('nothing tracked names a machine', () => {
  const names = ['/wo' + 'rk/', '/ho' + 'me/', '/ro' + 'ot/'];
  const text = git('ls-files').filter((file) =>
    /\.(ts|tsx|mjs|js|json|ya?ml|md|sql|html|css|sh)$|\.ci\/run$/.test(file),
  );
  const found = text.filter((file) => {
    const content = readFileSync(file, 'utf8');
    return names.some((name) => new RegExp(`(^|[\\s"'\`(=:])${name}\\w`, 'm').test(content));
  });
  expect(found).toEqual([]);
});

test('what is called by an npm script exists', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as { scripts: Record<string, string> };
  const named = Object.values(scripts).flatMap((script) => script.match(/\S+\.(?:ts|mjs)\b/g) ?? []);
  expect(named.filter((file) => !files.includes(file) && !git('ls-files', '*.mjs').includes(file))).toEqual([]);
});
