import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';

// Forked processes: worker threads and Temporal's native core ran out of memory together.
const common = { pool: 'forks', testTimeout: 60_000, hookTimeout: 60_000 } as const;

export default defineConfig({
  test: {
    // More than the cores of a small machine: integration tests mostly wait for servers.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Unit tests share nothing: without a process for each file they need a third less.
      { test: { ...common, name: 'unit', isolate: false, include: ['test/unit/**/*.test.ts'] } },
      { test: { ...common, name: 'workflow', include: ['test/workflow/**/*.test.ts'] } },
      {
        test: {
          ...common,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/stack-setup.ts', 'test/support/worker-build.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
