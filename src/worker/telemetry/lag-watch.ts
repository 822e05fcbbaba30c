import { createWaitingSince, type WaitingSince } from '../../domain/status/waiting-since.js';
import type { AvailableOffsets, Unavailable } from '../../domain/log/topic-offsets.js';
import type { CommittedOffset, GroupOffsets } from '../../domain/log/group-offsets.js';
import type { RecordSource } from '../../domain/ports/record-source.js';

export interface LagDependencies {
  readonly source: Pick<RecordSource, 'availableOffsets'>;
  readonly groups: Pick<GroupOffsets, 'committed'>;
}

export interface PartitionLag {
  readonly partition: number;
  readonly records: number;
  /** The minimum time that the oldest uncommitted record has waited. */
  readonly waitingSeconds: number;
  /** The open transaction that blocks reading to the end of the partition; null if there is none. */
  readonly openTransaction: { readonly firstOffset: number; readonly seconds: number } | null;
}

/** Lag of pipelines as Kafka's own tools see it: between the committed offsets and the ends of the log. */
export interface LagWatch {
  look(pipeline: string, read: { readonly topic: string; readonly groupId: string }): Promise<void>;
  /** As of the last look that succeeded; null before the first one. Waiting times keep growing while looks fail. */
  lagOf(pipeline: string, nowMs: number): readonly PartitionLag[] | null;
  /** As of the last look. The lag of these partitions is from the time when their leaders last answered. */
  unavailable(pipeline: string): readonly Unavailable[];
  keepOnly(pipelines: ReadonlySet<string>): void;
}

interface Place {
  readonly partition: number;
  /** The first offset that is not committed. */
  readonly committed: number;
  /** Last stable offset. */
  readonly stable: number;
  /** Where the log ends. */
  readonly end: number;
}

/** A last stable offset below the end of the log, and when it was first seen. */
interface Still {
  readonly stable: number;
  readonly sinceMs: number;
}

interface Watched {
  /** Null before the first look that succeeded. */
  places: readonly Place[] | null;
  readonly waits: Map<number, WaitingSince>;
  readonly stills: Map<number, Still>;
  seenMs: number;
  unavailable: readonly Unavailable[];
}

export function createLagWatch(dependencies: LagDependencies): LagWatch {
  const watched = new Map<string, Watched>();
  return {
    async look(pipeline, { topic, groupId }) {
      const { source, groups } = dependencies;
      // Read the committed offsets first, so that none can seem to be beyond the end of the log.
      const committed = await settled(groups.committed(groupId, topic));
      const offsets = await source.availableOffsets(topic);
      const atMs = Date.now();
      const its = watched.get(pipeline) ?? nothingSeen();
      watched.set(pipeline, its);
      const { waits, stills } = its;
      its.unavailable = offsets.unavailable;
      if (committed.status === 'rejected') throw committed.reason;
      const places = placesOf(offsets, committed.value, its.places ?? []);
      its.places = places;
      its.seenMs = atMs;
      for (const { partition, committed, stable, end } of places) {
        const wait = waits.get(partition) ?? createWaitingSince();
        waits.set(partition, wait);
        wait.saw({ atMs, committed, end });
        if (stable >= end) stills.delete(partition);
        else if (stills.get(partition)?.stable !== stable) {
          stills.set(partition, { stable, sinceMs: atMs });
        }
      }
    },
    lagOf(pipeline, nowMs) {
      const found = watched.get(pipeline);
      if (!found?.places) return null;
      return found.places.map(({ partition, committed, end }) => {
        const sinceMs = found.waits.get(partition)?.sinceMs() ?? nowMs;
        const waitingSeconds = Math.max(0, nowMs - sinceMs) / 1_000;
        const openTransaction = openIn(found, partition, nowMs);
        return {
          partition,
          records: Math.max(0, end - committed),
          waitingSeconds,
          openTransaction,
        };
      });
    },
    unavailable: (pipeline) => watched.get(pipeline)?.unavailable ?? [],
    keepOnly(pipelines) {
      for (const name of watched.keys()) if (!pipelines.has(name)) watched.delete(name);
    },
  };
}

/** One look reads the offsets one after the other, so only a second look shows that the last stable offset does not move. */
function openIn({ stills, seenMs }: Watched, partition: number, nowMs: number) {
  const still = stills.get(partition);
  if (still === undefined || still.sinceMs >= seenMs) return null;
  return { firstOffset: still.stable, seconds: Math.max(0, nowMs - still.sinceMs) / 1_000 };
}

function nothingSeen(): Watched {
  return { places: null, waits: new Map(), stills: new Map(), seenMs: 0, unavailable: [] };
}

async function settled<T>(promise: Promise<T>): Promise<PromiseSettledResult<T>> {
  const [outcome] = await Promise.allSettled([promise]);
  return outcome;
}

function placesOf(
  { partitions, unavailable }: AvailableOffsets,
  committed: readonly CommittedOffset[],
  before: readonly Place[],
): readonly Place[] {
  const seen = [...partitions.values()].map(
    ({ partition, logStart, end: stable, highWatermark: end }): Place => {
      const found = committed.find((each) => each.partition === partition)?.offset ?? null;
      // A group without offsets starts at the beginning of the log. Records before it are gone, so they are not lag.
      return { partition, committed: Math.max(found ?? logStart, logStart), stable, end };
    },
  );
  const missing = new Set(unavailable.map(({ partition }) => partition));
  return [...seen, ...before.filter(({ partition }) => missing.has(partition))];
}
