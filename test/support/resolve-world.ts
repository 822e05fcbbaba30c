import { EVENT_CONTRACT } from '../../src/domain/contract/event-contract.js';
import { identity } from '../../src/domain/contract/transform.js';
import { createContractRegistry } from '../../src/domain/formats/contract-registry.js';
import { createDecoder } from '../../src/domain/formats/decoder.js';
import { MockActivityEnvironment } from '@temporalio/testing';
import type { ResolveInput } from '../../src/activities/index.js';
import {
  type ResolveDependencies,
  resolvePipeline,
} from '../../src/activities/resolve-pipeline/resolve-pipeline.js';
import type { ResolvedPipeline } from '../../src/domain/pipeline/state.js';
import type { Target } from '../../src/domain/table/target.js';
import type { RunningPipeline } from '../../src/domain/pipeline/side-by-side.js';
import type { EpochExtent } from '../../src/domain/records/offset-range.js';
import { fakeTopic } from './fake-topic.js';
import { fakeWorkflows, show } from './fake-workflows.js';

export const TARGET: Target = {
  table: { database: 'default', table: 'stream_events' },
  tableId: 'table-1',
  columns: ['event_id', '_topic', '_epoch', '_partition', '_offset'],
  findable: true,
  tablePartition: 'month',
  guarantee: { level: 'exactly-once' },
  durability: 'page cache',
};

export interface ResolveWorld {
  committed?: (number | null)[];
  /** The metadata of each of them. */
  metadata?: string;
  newest?: { partition: number; epoch: number; offset: number; topicId?: string }[];
  letters?: EpochExtent[];
  rowsOfOtherOrigin?: number;
  target?: Partial<Target>;
  justEnded?: boolean;
  running?: RunningPipeline[];
  /** A transaction is open in partition 0: one record at offset 10. */
  isOpen?: boolean;
}

/** The rows of a partition up to an offset. */
function extentTo(row: NonNullable<ResolveWorld['newest']>[number]): EpochExtent {
  const { offset, topicId = 'topic-1', ...place } = row;
  return { ...place, topicId, first: 0, end: offset + 1, count: 1 };
}

/** Resolves a pipeline over in-memory ports: a topic of two partitions, and the given world. */
export function resolveIn(
  input: ResolveInput,
  world: ResolveWorld = {},
): Promise<ResolvedPipeline> {
  const topic = fakeTopic([0, 0]);
  topic.partitions = [
    { logStart: 5, timestamps: [100, 200, 300, 400, 500], openTransaction: world.isOpen ?? false },
    { logStart: 0, timestamps: [150, 250] },
  ];
  const workflows = fakeWorkflows();
  workflows.justEnded = world.justEnded ?? false;
  for (const each of world.running ?? []) show(workflows, each);
  const dependencies: ResolveDependencies = {
    source: topic.source,
    groups: {
      committed: async () =>
        (world.committed ?? []).map((offset, partition) => ({
          ...{ partition, offset },
          metadata: world.metadata ?? '',
        })),
      committedSoon: async () => ({ kind: 'known', offsets: [] }),
      commit: async () => ({ kind: 'committed' }),
    },
    tables: {
      prepare: async () => ({
        target: { ...TARGET, warnings: ['a warning'], ...world.target },
        warnings: ['a warning'],
      }),
      identify: async () => ({ tableId: 'table-1', version: 'v' }),
      describe: async () => null,
      rowsOfOtherOrigin: async () => world.rowsOfOtherOrigin ?? 0,
      extents: async () => ({
        rows: (world.newest ?? []).map(extentTo),
        letters: world.letters ?? [],
      }),
    },
    workflows,
    contracts: createContractRegistry(
      createDecoder({ contract: EVENT_CONTRACT, transform: identity, path: 'bytes' }),
    ),
    defaults: {
      topic: 'env-topic',
      groupId: 'env-group',
      table: 'env_table',
      database: 'default',
      intervalSeconds: 3,
      failoverSeconds: 3,
    },
  };
  return new MockActivityEnvironment().run<
    [ResolveInput, ResolveDependencies],
    ResolvedPipeline,
    typeof resolvePipeline
  >(resolvePipeline, input, dependencies);
}
