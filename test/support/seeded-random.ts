import { randomInt } from 'node:crypto';

/** Reproducible random numbers in [0, 1). `TEST_SEED` sets the seed. */
export function seededRandom(seed = Number(process.env['TEST_SEED'] ?? randomInt(1, 2 ** 31))): {
  readonly seed: number;
  readonly random: () => number;
} {
  let state = seed >>> 0;
  return {
    seed,
    // Mulberry32: small, and uniform enough for delays and choices.
    random: () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
    },
  };
}
