/** Samples kept for a partition. At the limit, every second one is dropped, which only makes the answer more cautious. */
const MAX_SAMPLES = 60;

/** Since when the oldest uncommitted record of a partition has been waiting, at least. */
export interface WaitingSince {
  /** Adds what a look at Kafka found. */
  saw(look: { readonly atMs: number; readonly committed: number; readonly end: number }): void;
  /** When the oldest waiting record was first seen, in milliseconds since 1970. Null if none waits. */
  sinceMs(): number | null;
}

/** Kafka reports offsets, not when records arrived. A record arrived before the first look that saw the log end after it. */
export function createWaitingSince(): WaitingSince {
  let samples: { readonly atMs: number; readonly end: number }[] = [];
  return {
    saw({ atMs, committed, end }) {
      samples = samples.filter((sample) => sample.end > committed && sample.end <= end);
      const last = samples.at(-1);
      if (end <= committed || last?.end === end) return;
      if (samples.length >= MAX_SAMPLES) samples = samples.filter((_, index) => index % 2 === 0);
      samples.push({ atMs, end });
    },
    sinceMs: () => samples[0]?.atMs ?? null,
  };
}
