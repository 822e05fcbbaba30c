import { z } from 'zod';
import { contractName, log, name, parser, position, shapes } from '../pipeline/input.js';
import type { VerifyInput } from '../pipeline/public-types.js';

const verifyInput = z.strictObject({
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
});

export const parseVerifyInput = parser<VerifyInput>(verifyInput, 'verify input');
