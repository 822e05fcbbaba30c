import { CancellationScope, condition, isCancellation } from '@temporalio/workflow';
import type { AwaitInput, AwaitResult } from '../../domain/pipeline/await-records.js';
import { foldAwait } from '../../domain/planning/fold-await.js';
import { covers, patienceOf, sharedWait } from '../../domain/planning/shared-wait.js';
import { toldUnavailable } from '../../domain/planning/unavailable.js';
import { waitForRecords } from './activities.js';
import { commitAgain, recommit } from './commits.js';
import { type LaneLook, type PipelineRun, stateOf, update, withLanesDealt } from './run.js';
import type { SharedWait, WaitEnd } from './waits.js';

/** Waits until there may be work for the lane. Resolves with null if the state has changed and the lane must look at it again. */
export async function awaitMore(
  run: PipelineRun,
  lane: number,
  input: AwaitInput,
): Promise<AwaitResult | null> {
  const { waits } = run;
  const key = waits.isShared ? 0 : lane;
  waits.waiting.set(lane, input);
  try {
    if (waits.isShared) {
      const known = run.changes;
      await othersHadTheirTurn();
      if (run.changes !== known) return null;
    }
    const running = waits.running.get(key);
    if (running === undefined || !covers(running.input, input)) begin(run, key);
    for (;;) {
      const wait = waits.running.get(key);
      if (wait === undefined) return null;
      const ended = await wait.ended;
      if (ended.kind === 'seen') return ended.result;
      if (ended.kind === 'interrupted') return null;
    }
  } finally {
    waits.waiting.delete(lane);
  }
}

/** Lets all lanes that the same event woke register first, so that they share one wait instead of starting several. */
async function othersHadTheirTurn(): Promise<void> {
  let isOver = false;
  void Promise.resolve().then(() => {
    isOver = true;
  });
  // Temporal evaluates conditions only once no other code can run.
  await condition(() => isOver);
}

function begin(run: PipelineRun, key: number): void {
  const { waits } = run;
  const before = waits.running.get(key);
  const inputs = waits.isShared ? [...waits.waiting.values()] : [waits.waiting.get(key)];
  const expected = waits.isShared ? [...waits.expected.values()] : [];
  const input = sharedWait(
    inputs.flatMap((each) => each ?? []),
    expected,
    toldUnavailable(stateOf(run)).map(({ partition }) => partition),
  );
  const scope = new CancellationScope();
  const wait: SharedWait = { input, scope, ended: poll(), isReplaced: false };
  waits.running.set(key, wait);
  if (before !== undefined) {
    before.isReplaced = true;
    before.scope.cancel();
  }

  async function poll(): Promise<WaitEnd> {
    run.interruptible.add(scope);
    try {
      const result = await scope.run(() => waitForRecords(input, patience(run)));
      return { kind: 'seen', result: await scope.run(() => seen(run, input, result)) };
    } catch (error) {
      if (!isCancellation(error)) throw error;
      return { kind: wait.isReplaced ? 'replaced' : 'interrupted' };
    } finally {
      run.interruptible.delete(scope);
      if (waits.running.get(key) === wait) waits.running.delete(key);
    }
  }
}

async function seen(
  run: PipelineRun,
  input: AwaitInput,
  result: AwaitResult,
): Promise<AwaitResult> {
  const look = lookAfter(result);
  update(run, withLanesDealt(run, foldAwait(stateOf(run), input, result), look));
  if (look.due) run.movedMs = Date.now();
  // Otherwise the records that ended this wait would end the next one at once, while their lane is still busy.
  run.waits.expected.clear();
  if (result.why === 'idle') await recommit(run);
  commitAgain(run);
  return result;
}

export function lookAfter({ why, lookedAtMs }: AwaitResult): LaneLook {
  return { due: why === 'full' || why === 'interval', lookedAtMs };
}

function patience(run: PipelineRun) {
  return patienceOf(stateOf(run), Date.now() - run.movedMs);
}
