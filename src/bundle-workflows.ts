import { bundleWorkflowCode } from '@temporalio/worker';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Build step: bundles the compiled workflows into one file, so that a worker does not have to bundle them when it starts. */
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const { code } = await bundleWorkflowCode({ workflowsPath: path('./workflows/index.js') });
await writeFile(path('./workflow-bundle.js'), code);
