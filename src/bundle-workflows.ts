import { bundleWorkflowCode } from '@temporalio/worker';
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

/** Part of the build: makes one file of the compiled workflows, so that a worker starts without bundling anything. */
const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

const { code } = await bundleWorkflowCode({ workflowsPath: path('./workflows/index.js') });
await writeFile(path('./workflow-bundle.js'), code);
