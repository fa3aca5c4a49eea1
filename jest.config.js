/** Unit tables and end-to-end runs of dist/. What needs other people's servers is under __tests__/servers and runs in .ci/run. */
export default {
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': ['@swc/jest', { jsc: { target: 'es2023', parser: { syntax: 'typescript' } } }] },
  testMatch: ['<rootDir>/__tests__/**/*.test.ts'],
  testPathIgnorePatterns: process.env.KEYLESS_TEST_SERVERS ? [] : ['<rootDir>/__tests__/servers/'],
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/lib/', '<rootDir>/.demo/'],
  testTimeout: 60_000,
};
