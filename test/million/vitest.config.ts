import { defineConfig } from 'vitest/config';

/** Separate from `npm test`, because a million records keep a machine busy for minutes. */
export default defineConfig({
  test: {
    pool: 'forks',
    include: ['test/million/**/*.test.ts'],
    globalSetup: ['test/support/stack-setup.ts', 'test/support/worker-build.ts'],
    testTimeout: 900_000,
    hookTimeout: 900_000,
  },
});
