import { z } from 'zod';
import { PLAIN_OPTIONS } from '../domain/contract/options-schema.js';
import { contractHash } from '../domain/contract/contract-hash.js';
import type { Contract } from '../domain/contract/define-contract.js';
import { pipelineInput } from '../domain/pipeline/input.js';

const pipelines = z
  .record(z.string(), pipelineInput, 'must be an object')
  .optional()
  .describe('Named inputs of the workflow `pipeline`: which topic goes into which table.');

/** The schema of `millrace.yaml`. Editors and the reference show the JSON Schema that is made from it. */
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

/** The schema of what `millrace.config.ts` exports. `defineContract` has already checked its contracts. */
export const codeConfig = z.strictObject(
  {
    contracts: z
      .array(
        z.custom<Contract>(
          isContract,
          'was not made by defineContract of this release: import it from the same millrace package that the worker runs',
        ),
        'must be an array of contracts made by defineContract',
      )
      .optional(),
    pipelines,
  },
  'exports no config: export default defineConfig({ contracts: [...] })',
);

/** Compares hashes: another release may have other options or encode them differently, so its hash would differ. */
function isContract(value: unknown): value is Contract {
  try {
    const { spec, hash, transform, validate } = value as Contract;
    const runs = { hasTransform: transform !== null, hasValidation: validate !== null };
    return contractHash(spec, runs) === hash;
  } catch {
    return false;
  }
}
