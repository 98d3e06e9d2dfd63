// What tests import as `fast-check` (jest.config.js maps it here): the same random courses in each run, so that a change which breaks a test is the
// cause of it. TEST_SEED=random looks for what nobody has seen yet; a seed that fails is printed and is given as TEST_SEED to see it again.
import fc from '../../node_modules/fast-check/lib/fast-check.js';

const { TEST_SEED = '20261127' } = process.env;
if (TEST_SEED !== 'random') {
  const seed = Number(TEST_SEED);
  if (!Number.isInteger(seed)) throw new Error(`TEST_SEED is a whole number or \`random\`, not ${TEST_SEED}`);
  fc.configureGlobal({ ...fc.readConfigureGlobal(), seed });
}

export * from '../../node_modules/fast-check/lib/fast-check.js';
export default fc;
