import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/support/longest-first.js';
import { PATIENCE_MS, TEST_TIMEOUT_MS } from './test/support/wait-until.js';

// Forked processes: worker threads and Temporal's native core ran out of memory together.
const common = {
  pool: 'forks',
  testTimeout: TEST_TIMEOUT_MS,
  hookTimeout: TEST_TIMEOUT_MS,
  // By default a second.
  expect: { poll: { timeout: PATIENCE_MS } },
} as const;

export default defineConfig({
  test: {
    // More than the cores of a small machine: integration tests mostly wait for servers.
    maxWorkers: 4,
    teardownTimeout: PATIENCE_MS,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Unit tests share nothing: without a process for each file they need a third less.
      {
        test: {
          ...common,
          name: 'unit',
          isolate: false,
          include: ['test/unit/**/*.test.ts'],
          globalSetup: ['test/support/engine-setup.ts'],
        },
      },
      {
        test: {
          ...common,
          name: 'workflow',
          include: ['test/workflow/**/*.test.ts'],
          globalSetup: ['test/support/recorded-workflows.ts'],
        },
      },
      {
        test: {
          ...common,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          globalSetup: ['test/support/stack-setup.ts', 'test/support/worker-build.ts'],
        },
      },
    ],
  },
});
