import { z } from 'zod';
import { contractName, instant, name, offset, parser } from '../pipeline/input.js';
import type { RedriveInput } from './public-types.js';
import type { LetterChoice } from './open-letters.js';
import { DEAD_LETTER_REASONS, DEAD_LETTER_STAGES } from '../dead-letters/dead-letter.js';

/** Each range takes some 70 characters of SQL, and a server accepts 256 KiB. */
const MAX_RANGES = 1_000;

const partition = z.int().min(0).max(9_999_999);
const range = z
  .strictObject({ partition, first: offset, end: offset })
  .refine(({ first, end }) => Number(first) < Number(end), '"end" must be greater than "first"');

const redriveInput = z
  .strictObject({
    contract: contractName.optional(),
    topic: name.optional(),
    table: name.optional(),
    action: z.enum(['redrive', 'drop']).optional(),
    dryRun: z.boolean().optional(),
    reasons: z
      .array(z.enum(DEAD_LETTER_REASONS).exclude(['skipped']))
      .min(1)
      .optional(),
    stages: z
      .array(
        z.enum(DEAD_LETTER_STAGES).exclude(['skip'], {
          error:
            'give "decode", "validate", "transform" or "insert": records of "skip" are still in Kafka, and a pipeline with "from" and "until" inserts them',
        }),
      )
      .min(1)
      .optional(),
    partitions: z.array(partition).min(1).max(MAX_RANGES).optional(),
    ranges: z.array(range).min(1).max(MAX_RANGES).optional(),
    since: instant.optional(),
    until: instant.optional(),
  })
  .refine(
    ({ partitions, ranges }) => partitions === undefined || ranges === undefined,
    'give "partitions" or "ranges", not both',
  );

export const parseRedriveInput = parser<RedriveInput>(redriveInput, 'redrive input');

/** The choice that an input makes. What it leaves out does not restrict the choice. */
export function choiceOf(input: RedriveInput): LetterChoice {
  const { reasons, stages, partitions, ranges, since, until } = input;
  const whole = partitions?.map((each) => ({
    partition: each,
    first: 0,
    end: Number.MAX_SAFE_INTEGER,
  }));
  const parts = ranges?.map((each) => ({
    partition: each.partition,
    first: Number(each.first),
    end: Number(each.end),
  }));
  return {
    reasons: reasons ?? null,
    stages: stages ?? null,
    ranges: parts ?? whole ?? null,
    sinceMs: since === undefined ? null : Date.parse(since),
    untilMs: until === undefined ? null : Date.parse(until),
  };
}
