// Grafana asks its plugins to be tested in one time zone, whatever the machine's.
process.env.TZ = 'GMT';

const base = require('./.config/jest.config.js');
const { grafanaESModules, nodeModulesToTransform } = require('./.config/jest/utils.js');

/** What the scaffold's list of Grafana's dependencies without CommonJS lacks. */
const MORE_MODULES = ['@react-hookz/web', '@ver0/deep-equal'];

const [compile] = Object.values(base.transform);

module.exports = {
  ...base,
  setupFilesAfterEnv: ['<rootDir>/jest-setup.cjs'],
  // Some of Grafana's own dependencies come as ECMAScript modules only, under either ending.
  transform: { ...base.transform, '^.+\\.mjs$': compile },
  transformIgnorePatterns: [nodeModulesToTransform([...grafanaESModules, ...MORE_MODULES])],
  // The contract is shared with the backend, and tested with it by vitest.
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/src/contract/'],
  maxWorkers: 2,
  testTimeout: 30_000,
};
