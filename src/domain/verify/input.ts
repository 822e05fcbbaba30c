import { z } from 'zod';
import { VERIFY_CHUNK_OFFSETS } from '../limits.js';
import { contractName, log, name, parser, position, shapes } from '../pipeline/input.js';
import type { VerifyInput } from './public-types.js';

const verifyFields = z.strictObject({
  contract: contractName.optional(),
  topic: name.optional(),
  groupId: name.optional(),
  table: name.optional(),
  from: z
    .union([z.literal('earliest'), ...position], { error: `give "earliest", ${shapes}` })
    .optional(),
  until: z
    .union([z.enum(['committed', 'now']), ...position], {
      error: `give "committed", "now", ${shapes}`,
    })
    .optional(),
  log: log.optional(),
  compare: z.enum(['offsets', 'content']).optional(),
  sample: z.int().min(1).max(VERIFY_CHUNK_OFFSETS).optional(),
});
const verifyInput = verifyFields.refine(
  ({ compare, sample }) => sample === undefined || compare === 'content',
  '"sample" sets how many rows are compared by content: give "compare":"content" as well',
);

export const parseVerifyInput = parser<VerifyInput>(verifyInput, 'verify input');
