import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** File with the bundled workflows and the recorder of their commands. */
    recordedWorkflows: string;
  }
}

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Bundles the workflows once for all tests that replay them. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: path('../../src/workflows/index.ts'),
    workflowInterceptorModules: [path('./record-commands.ts')],
    logger: new DefaultLogger('ERROR'),
  });
  const folder = await mkdtemp(join(tmpdir(), 'millrace-recorded-'));
  const file = join(folder, 'workflows.js');
  await writeFile(file, code);
  provide('recordedWorkflows', file);
  return () => rm(folder, { recursive: true });
}
