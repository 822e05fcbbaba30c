import { z } from 'zod';
import { PLAIN_OPTIONS } from '../domain/contract/options-schema.js';
import { contractHash } from '../domain/contract/contract-hash.js';
import type { Contract } from '../domain/contract/define-contract.js';
import { pipelineInput } from '../domain/pipeline/input.js';

const pipelines = z
  .record(z.string(), pipelineInput, 'must be an object')
  .optional()
  .describe('Named inputs of the workflow `pipeline`: which topic goes into which table.');

/** What `millrace.yaml` holds. Its JSON Schema is what editors and the reference show. */
export const yamlConfig = z.strictObject(
  {
    contracts: z
      .record(z.string(), z.strictObject(PLAIN_OPTIONS, 'must be an object'), 'must be an object')
      .optional()
      .describe('How records become rows, by name.'),
    pipelines,
  },
  'must be an object with contracts and pipelines',
);

/** What `millrace.config.ts` exports. Its contracts were checked by `defineContract`. */
export const codeConfig = z.strictObject(
  {
    contracts: z
      .array(
        z.custom<Contract>(
          isContract,
          'is not what defineContract of this release gives: import it from the millrace that the worker runs',
        ),
        'must be an array of what defineContract gives',
      )
      .optional(),
    pipelines,
  },
  'exports no config: export default defineConfig({ contracts: [...] })',
);

/** Another release may know other options, or write them down otherwise: its hash would be another one. */
function isContract(value: unknown): value is Contract {
  try {
    const { spec, hash, transform, validate } = value as Contract;
    const runs = { hasTransform: transform !== null, hasValidation: validate !== null };
    return contractHash(spec, runs) === hash;
  } catch {
    return false;
  }
}
