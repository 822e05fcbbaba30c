import type { BatchTooLarge } from '../errors.js';
import { memoryBytesFor } from '../limits.js';
import { mebibytes, wholeMebibytes } from '../readable-units.js';
import type { HoldKind } from './hold.js';

export const batchTooLarge: HoldKind = {
  meaning:
    'a Kafka record batch expands to more than 7/16 of `MILLRACE_MEMORY_MIB`, and Kafka delivers a batch only as a whole',
  choices: [
    {
      action: 'retry',
      meaning: 'The workers were restarted with more memory (MILLRACE_MEMORY_MIB): read the batch',
    },
    {
      action: 'skipTo',
      meaning:
        'Skip the batch: its records are recorded as skipped, and reading continues after it',
    },
  ],
};

export function expandsTooFar(
  batch: Pick<BatchTooLarge, 'partition' | 'first' | 'end' | 'bytes' | 'limitBytes'>,
): string {
  const { partition, first, end, bytes, limitBytes } = batch;
  const limit = mebibytes(limitBytes);
  const size =
    bytes === null
      ? `more than ${limit}, the most that this worker can read at once`
      : `up to ${mebibytes(bytes)}, and this worker can read at most ${limit} at once`;
  const needed =
    bytes === null
      ? 'more than twice the current MILLRACE_MEMORY_MIB'
      : `MILLRACE_MEMORY_MIB=${wholeMebibytes(memoryBytesFor(bytes))} or more`;
  return `The record batch with offsets [${first}, ${end}) of partition ${partition} expands to ${size} (7/16 of MILLRACE_MEMORY_MIB). Give every worker ${needed}, or skip the batch.`;
}
