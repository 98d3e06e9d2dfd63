/** Four projects, one transform. Unit tests sit beside their file; the rest lives in tests/. */
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
const unitFolders = ['core', 'adapters', 'activities', 'api', 'cli', 'scripts', 'workflows'];

export default {
  testTimeout: 120_000,
  projects: [
    {
      ...common,
      displayName: 'unit',
      roots: unitFolders.map((folder) => `<rootDir>/${folder}`).concat('<rootDir>/tests/unit'),
    },
    {
      ...common,
      displayName: 'stack',
      roots: [
        '<rootDir>/tests/workflow',
        '<rootDir>/tests/replay',
        '<rootDir>/tests/conformance',
        '<rootDir>/tests/e2e',
      ],
      globalSetup: '<rootDir>/tests/support/global-setup.mjs',
      globalTeardown: '<rootDir>/tests/support/global-teardown.mjs',
    },
  ],
};
