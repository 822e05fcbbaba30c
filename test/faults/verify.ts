import type { VerifyInput, VerifyReport } from '../../src/domain/verify/public-types.js';
import { PATIENCE_MS } from '../support/wait-until.js';
import type { FaultCase } from './fault-case.js';
import type { Truth } from './oracle.js';
import type { Scene } from './scene.js';

export function askVerify(scene: Scene, input: VerifyInput): Promise<VerifyReport> {
  return scene.client.workflow.execute('verify', {
    workflowId: `${scene.workflowId}-verify`,
    taskQueue: scene.workflowId,
    args: [input],
    workflowExecutionTimeout: PATIENCE_MS,
  }) as Promise<VerifyReport>;
}

/** Runs the product's own `verify` and compares it with the oracle. Null: they agree. */
export async function compareWithVerify(
  scene: Scene,
  truth: Truth,
  { verifies = (found) => found }: FaultCase,
): Promise<string | null> {
  const { records, lost, doubled, skipped } = truth;
  const expected = await verifies({ records, lost, doubled, skipped }, scene);
  if (expected === null) return null;
  if (!scene.workers.some((worker) => worker.isRunning())) await scene.startWorker();
  const report = await askVerify(scene, { ...scene.contract, until: 'now' });
  const differences = Object.entries(expected).flatMap(([name, value]) => {
    const said = report[name as keyof typeof expected];
    return said === value ? [] : [`${name} ${String(said)} instead of ${value}`];
  });
  return differences.length === 0 ? null : `verify says ${differences.join(', ')}`;
}
