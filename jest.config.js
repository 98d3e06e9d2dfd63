/** One transform. Unit tests sit beside their file; the rest lives in tests/. The kill test is a suite of its own: npm run chaos. */
const common = {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
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
const stack = {
  ...common,
  displayName: 'stack',
  roots: ['workflow', 'replay', 'conformance', 'e2e'].map((folder) => `<rootDir>/tests/${folder}`),
  globalSetup: '<rootDir>/tests/support/global-setup.mjs',
  globalTeardown: '<rootDir>/tests/support/global-teardown.mjs',
};
const chaos = { ...common, displayName: 'chaos', roots: ['<rootDir>/tests/chaos'] };

export default process.env.HEDDLE_SUITE === 'chaos'
  ? { testTimeout: 900_000, projects: [chaos] }
  : { testTimeout: 120_000, projects: [unit, stack] };
