// Some libraries ship only as ES modules, which jest cannot `require`; swc turns those into CommonJS as well.
const ESM_ONLY = ['entities', 'marked', 'intl-messageformat', '@formatjs', 'jose'];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testSequencer: '<rootDir>/test/longest-first.js',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  transform: {
    '^.+\\.[tj]s$': [
      '@swc/jest',
      { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, sourceMaps: 'inline' },
    ],
  },
  transformIgnorePatterns: [`/node_modules/(?!(${ESM_ONLY.join('|')})/)`],
  // As in Node, an `import()` names the file that is built; here it is a source.
  moduleNameMapper: { '^(\\.{1,2}/.+)\\.js$': ['$1.js', '$1.ts'] },
  // Real databases and real processes: a test may wait for them, but not for ever.
  testTimeout: 30_000,
  // On two cores: many tests wait for processes and databases, so two leave a quarter of the time unused (738 s; three: 601 s).
  maxWorkers: 3,
};
