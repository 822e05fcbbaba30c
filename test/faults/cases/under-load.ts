import type { PipelineInput } from '../../../src/domain/pipeline/settings.js';
import { waitUntil } from '../../support/wait-until.js';
import { isRows } from '../net/insert-tap.js';
import type { Pipeline } from '../pipeline.js';
import type { Route, Scene } from '../scene.js';

/** Small, so that a case has many of them, and many are in progress when the fault happens. */
export const BATCH = { maxRows: 400 } as const;

export interface LoadShape {
  readonly records: number;
  readonly partitions?: number;
  readonly badPermille?: number;
  readonly route?: Route;
  readonly input?: PipelineInput;
}

/** A topic with records, a worker, and a pipeline that is moving them. */
export async function underLoad(scene: Scene, shape: LoadShape): Promise<Pipeline> {
  const { records, partitions = 4, badPermille = 0, route = 'direct', input } = shape;
  await scene.load.createTopic(partitions);
  await scene.load.produce(records, { badPermille });
  await scene.startWorker(route);
  const pipeline = await scene.startPipeline({ batch: BATCH, ...input });
  await someRows(scene);
  return pipeline;
}

/** Waits until new rows have arrived. */
export async function someRows(scene: Scene, count = 1): Promise<void> {
  const before = await scene.arrived();
  await waitUntil(async () => (await scene.arrived()) >= before + count, {
    what: `${count} rows have come`,
  });
}

/** Writes at this rate, in records per second, while the work runs. */
export async function whileProducing(
  { load }: Scene,
  rate: number,
  work: () => Promise<void>,
): Promise<void> {
  let isOver = false;
  const produce = async () => {
    while (!isOver) await load.produce(rate, { rate });
  };
  const working = work().finally(() => (isOver = true));
  await Promise.all([working, produce()]);
}

/** Lets some inserts pass. The seed determines how many. */
export async function letPass({ stack, random }: Scene, most: number): Promise<void> {
  const inserts = Math.floor(random() * most);
  for (let passed = 0; passed < inserts; passed++) {
    (await stack.insertTap.hold('head', isRows)).release();
  }
}

/** Batches in progress that are being retried. */
export async function secondAttempts({ handle }: Pipeline): Promise<number> {
  const { raw } = await handle.describe();
  return (raw.pendingActivities ?? []).filter(({ attempt }) => (attempt ?? 0) > 1).length;
}

/** Pauses it, and waits until no batch is in progress. */
export async function pausedAndIdle(pipeline: Pipeline): Promise<void> {
  await pipeline.signal('pause', { reason: 'the case wants it' });
  await waitUntil(
    async () => {
      const { state, inHand } = await pipeline.status();
      return state === 'paused' && inHand.length === 0;
    },
    { what: 'the pipeline is paused, with nothing in progress' },
  );
}
