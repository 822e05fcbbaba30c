/** Samples kept of one partition: at the limit every second one is dropped, which only makes the answer more cautious. */
const MAX_SAMPLES = 60;

/** Since when, at least, the oldest record of one partition waits that is not committed. */
export interface WaitingSince {
  /** What a look at Kafka found. */
  saw(look: { readonly atMs: number; readonly committed: number; readonly end: number }): void;
  /** When it was first seen to be there, in milliseconds since 1970; null where none waits. */
  sinceMs(): number | null;
}

/**
 * Kafka tells offsets, not when they came: a record came before the first look that saw the log end beyond it.
 */
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
