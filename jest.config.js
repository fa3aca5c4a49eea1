import { availableParallelism } from 'node:os';
import { join } from 'node:path';

// Of a step that signs in and reads a parameter, compiling dist/ is a fifth. harness/runner.ts hands this on.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, 'node_modules/.cache/compiled');

/**
 * Unit tables and end-to-end runs of dist/. What needs other people's servers (__tests__/servers) or minutes (__tests__/long)
 * runs in .ci/run, which sets KEYLESS_TEST_ALL.
 */
export default {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } } }] },
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  testPathIgnorePatterns: process.env.KEYLESS_TEST_ALL
    ? []
    : ['<rootDir>/__tests__/servers/', '<rootDir>/__tests__/long/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/lib/', '<rootDir>/.demo/'],
  // Most tests wait for a step that they started, some for its second attempt: two files a core keep the cores busy.
  maxWorkers: 2 * availableParallelism(),
  testTimeout: 60_000,
};
