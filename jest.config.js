/** One transform. Unit tests sit beside their file; the rest lives in tests/. The kill test is a suite of its own: npm run chaos. */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: {
    '^(\\.{1,2}/.*)\\.js$': '$1',
    '^fast-check$': '<rootDir>/tests/support/fast-check.mjs',
  },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' }, sourceMaps: 'inline' },
    ],
  },
};
const unitFolders = ['core', 'adapters', 'activities', 'api', 'workers', 'cli', 'scripts', 'workflows'];

const unit = {
  ...common,
  displayName: 'unit',
  roots: unitFolders.map((folder) => `<rootDir>/${folder}`).concat('<rootDir>/tests/unit'),
};
/** The web app's logic and components, in a document without a screen; whole screens are tests/browser's. */
const web = {
  ...common,
  displayName: 'web',
  roots: ['<rootDir>/web/src'],
  setupFilesAfterEnv: ['<rootDir>/tests/support/patience.mjs'],
  testEnvironment: 'jsdom',
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  moduleNameMapper: { ...common.moduleNameMapper, '\\.css$': '<rootDir>/tests/support/no-css.mjs' },
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};
/** Of the stack's tests those that take longest: `npm run test:slow`, so that `npm test` stays below eight minutes on two cores. */
const SLOW = [
  'e2e/(side-by-side|schedules|webhooks|triggers|roles|large|encryption|contender|versions|spec-tests)',
  'e2e/(effects|repair|redrive|fork|events|questions|limits|links|inbox|delegation|signed)',
  'workflow/(spec-tests|referee|shapes|fairness|redrive|limits|events)',
  'conformance/(live-feed|log-archive|s3|gate-list)',
].map((file) => `/tests/${file}\\.test\\.ts$`);

const stack = {
  ...common,
  displayName: 'stack',
  roots: ['workflow', 'replay', 'conformance', 'e2e'].map((folder) => `<rootDir>/tests/${folder}`),
  globalSetup: '<rootDir>/tests/support/global-setup.mjs',
  globalTeardown: '<rootDir>/tests/support/global-teardown.mjs',
};
const slow = { ...stack, displayName: 'slow', testRegex: SLOW };
const chaos = { ...common, displayName: 'chaos', roots: ['<rootDir>/tests/chaos'] };

/** Whole screens, in a real Chromium before the real processes. */
const browser = {
  ...stack,
  displayName: 'browser',
  roots: ['<rootDir>/tests/browser'],
  globalSetup: '<rootDir>/tests/support/browser-setup.mjs',
};

/** Jest leaves a core free unless told: of two it would use one, while most tests of the stack wait for other processes. */
const maxWorkers = '100%';

const testSequencer = '<rootDir>/tests/support/long-first.mjs';

const SUITES = {
  browser: { testTimeout: 240_000, maxWorkers, testSequencer, projects: [browser] },
  chaos: { testTimeout: 900_000, projects: [chaos] },
  slow: { testTimeout: 120_000, maxWorkers, testSequencer, projects: [slow] },
};
export default SUITES[process.env.HEDDLE_SUITE] ?? {
  testTimeout: 120_000,
  maxWorkers,
  testSequencer,
  projects: [unit, web, { ...stack, testPathIgnorePatterns: ['/node_modules/', ...SLOW] }],
};
