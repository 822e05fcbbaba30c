import { defineConfig } from 'vitest/config';

/** Separate from `npm test`, because it downloads Spark, some 500 MB, and keeps a machine busy for minutes. */
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/spark/**/*.test.ts'],
    globalSetup: ['test/support/worker-build.ts'],
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
