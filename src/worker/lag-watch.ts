import { createWaitingSince, type WaitingSince } from '../domain/pipeline/waiting-since.js';
import type { GroupOffsets, RecordSource } from '../domain/ports.js';

export interface LagDependencies {
  readonly source: Pick<RecordSource, 'offsets'>;
  readonly groups: Pick<GroupOffsets, 'committed'>;
}

export interface PartitionLag {
  readonly partition: number;
  readonly records: number;
  /** For how long at least the oldest record that is not committed has waited. */
  readonly waitingSeconds: number;
}

/** Lag of pipelines as Kafka's own tools see it: between the committed offsets and the ends of the log. */
export interface LagWatch {
  look(pipeline: string, read: { readonly topic: string; readonly groupId: string }): Promise<void>;
  /** By the last look that succeeded; null before that. Waits grow also while none does. */
  lagOf(pipeline: string, nowMs: number): readonly PartitionLag[] | null;
  keepOnly(pipelines: ReadonlySet<string>): void;
}

/** Of one partition: its last stable offset, and the first one that is not committed. */
interface Place {
  readonly partition: number;
  readonly committed: number;
  readonly end: number;
}

interface Watched {
  places: readonly Place[];
  readonly waits: Map<number, WaitingSince>;
}

export function createLagWatch(dependencies: LagDependencies): LagWatch {
  const watched = new Map<string, Watched>();
  return {
    async look(pipeline, { topic, groupId }) {
      const places = await readPlaces(dependencies, topic, groupId);
      const atMs = Date.now();
      const { waits } = watched.get(pipeline) ?? { waits: new Map<number, WaitingSince>() };
      watched.set(pipeline, { places, waits });
      for (const { partition, committed, end } of places) {
        const wait = waits.get(partition) ?? createWaitingSince();
        waits.set(partition, wait);
        wait.saw({ atMs, committed, end });
      }
    },
    lagOf(pipeline, nowMs) {
      const found = watched.get(pipeline);
      if (found === undefined) return null;
      return found.places.map(({ partition, committed, end }) => {
        const sinceMs = found.waits.get(partition)?.sinceMs() ?? nowMs;
        const waitingSeconds = Math.max(0, nowMs - sinceMs) / 1_000;
        return { partition, records: Math.max(0, end - committed), waitingSeconds };
      });
    },
    keepOnly(pipelines) {
      for (const name of watched.keys()) if (!pipelines.has(name)) watched.delete(name);
    },
  };
}

async function readPlaces(
  { source, groups }: LagDependencies,
  topic: string,
  groupId: string,
): Promise<readonly Place[]> {
  // In this order, so that no committed offset seems to lie beyond the end.
  const committed = await groups.committed(groupId, topic);
  const { partitions } = await source.offsets(topic);
  return partitions.map(({ partition, logStart, end }) => {
    const found = committed.find((each) => each.partition === partition)?.offset ?? null;
    // A group without offsets starts where the log does; what lies below is no lag but gone.
    return { partition, committed: Math.max(found ?? logStart, logStart), end };
  });
}
