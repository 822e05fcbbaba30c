import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Bundles the workflows into one file, so that a worker does not have to bundle them when it starts. */
export async function bundleWorkflows(root: string, build: string): Promise<void> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(root, 'src/workflows/index.ts'),
    logger: new DefaultLogger('WARN'),
  });
  await writeFile(join(build, 'src/workflow-bundle.js'), code);
}
