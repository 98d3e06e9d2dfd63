// `npm start`, `npm test` and their kind begin here: plain Node and nothing else, so that they work before `npm ci` has run.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const at = (...parts) => path.join(root, ...parts);
const [command, ...args] = process.argv.slice(2);

const COMMANDS = {
  start: () => typescript('scripts/dev/start.ts'),
  stop: () => (existsSync(at('node_modules')) ? typescript('scripts/dev/stop.ts') : say('nothing was started here')),
  test: () => jest(),
  'test:slow': () => jest({ HEDDLE_SUITE: 'slow' }),
  'test:browser': () => jest({ HEDDLE_SUITE: 'browser' }),
  chaos: () => jest({ HEDDLE_SUITE: 'chaos' }),
  bench: () => typescript('scripts/bench.ts'),
  'bench:scale': () => typescript('scripts/scale.ts'),
  soak: () => typescript('scripts/soak.ts'),
};

process.chdir(root);
if (!Object.hasOwn(COMMANDS, command)) fail(`there is no ${command}: one of ${Object.keys(COMMANDS).join(', ')}`);
needNode(20, 19);
if (command !== 'stop') {
  install();
  generate();
}
COMMANDS[command]();

function say(line) {
  console.error(`heddle: ${line}`);
}

function fail(line) {
  say(line);
  process.exit(1);
}

function needNode(major, minor) {
  const [has, hasMinor] = process.versions.node.split('.').map(Number);
  if (has < major || (has === major && hasMinor < minor))
    fail(`this is Node ${process.versions.node}; Heddle needs ${major}.${minor} or newer: https://nodejs.org`);
}

/** Installs what the lockfile says, unless just that is installed. */
function install() {
  const read = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;
  const installed = at('node_modules/.package-lock.json');
  if (existsSync(installed)) {
    const there = read(installed);
    const wanted = Object.entries(read(at('package-lock.json'))).filter(
      ([name, { optional, link }]) => name && !optional && !link,
    );
    if (wanted.every(([name, { version }]) => there[name]?.version === version)) return;
  }
  if (lstatSync(at('node_modules'), { throwIfNoEntry: false })?.isSymbolicLink())
    fail('node_modules is a link to packages of another lockfile; remove the link, and they are installed here');
  say('installing packages (npm ci; a minute or two the first time)');
  const { status, error } = spawnSync(
    process.platform === 'win32' ? 'npm.cmd' : 'npm',
    ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
      shell: process.platform === 'win32',
    },
  );
  if (error) fail(`npm could not be run (${error.message}); install npm and try again`);
  if (status !== 0)
    fail(`npm ci ended with ${status}; what it said stands above. Is the npm registry reachable? Then try again`);
}

/** The database client is generated code and not kept in git. */
function generate() {
  const hash = createHash('sha256');
  for (const file of ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json'])
    hash.update(readFileSync(at(file)));
  const digest = hash.digest('hex');
  const stamp = at('prisma/generated/.stamp');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return;
  const made = spawnSync(
    process.execPath,
    [at('node_modules/prisma/build/index.js'), 'generate', '--schema', 'prisma/schema.prisma'],
    {
      encoding: 'utf8',
      env: { ...process.env, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' },
    },
  );
  if (made.status !== 0) fail(`the database client could not be generated:\n${made.stdout}${made.stderr}`);
  mkdirSync(at('prisma/generated'), { recursive: true });
  writeFileSync(stamp, digest);
}

function typescript(file) {
  node(['--import', 'tsx', at(file), ...args]);
}

function jest(env = {}) {
  Object.assign(process.env, env);
  node(['--experimental-vm-modules', '--no-warnings', at('node_modules/jest/bin/jest.js'), ...args]);
}

/** Goes on as that program: its end is ours, and the signals that reach us are passed on. */
function node(argv) {
  const child = spawn(process.execPath, argv, { stdio: 'inherit' });
  // A terminal sends Ctrl-C to the whole group: the child has it already and must not hear it twice.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  process.on('SIGHUP', () => child.kill('SIGHUP'));
  const above = npmAbove() ?? process.ppid;
  setInterval(() => isAlive(above) || child.kill('SIGTERM'), 500).unref();
  child.on('exit', (code, signal) => process.exit(signal ? 1 : code));
}

/** npm that was killed passes no signal on, so its end is looked for. Between it and us stands the shell that it runs scripts with. */
function npmAbove() {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const { stdout } = spawnSync('ps', ['-o', 'ppid=', '-p', String(process.ppid)], { encoding: 'utf8' });
  return Number(stdout) || undefined; // without ps, the shell alone is watched
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (err) {
    return err.code === 'EPERM';
  }
}
