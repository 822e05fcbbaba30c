import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CaseResult } from './fault-case.js';
import type { Scene } from './scene.js';

/** Keeps the result of a failed case, the logs of its workers, and the status and history of its pipelines. */
export async function keepEvidence(scene: Scene, result: CaseResult, root: string): Promise<void> {
  const folder = join(root, result.name.replaceAll('/', '-'));
  await mkdir(folder, { recursive: true });
  const keep = (name: string, content: string) => writeFile(join(folder, name), content);
  await keep('result.json', JSON.stringify(result, null, 2));
  for (const [index, worker] of scene.workers.entries()) {
    await keep(`worker-${index}.log`, worker.log());
  }
  for (const { handle, status, workflowId } of scene.pipelines) {
    const known = await status().catch((error: unknown) => String(error));
    await keep(`status-${workflowId}.json`, JSON.stringify(known, null, 2));
    const history = await handle.fetchHistory().catch(() => null);
    await keep(`history-${workflowId}.json`, JSON.stringify(history, null, 1));
  }
}
