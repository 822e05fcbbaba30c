import {
  DEFAULT_CONTRACT,
  type PlannedContract,
  TABLE_CONTRACT,
} from '../contract/planned-contract.js';
import type { ReadContract } from '../contract/table-contract.js';
import { plannedTableContract } from '../contract/table-contract.js';
import type { Decoder } from './decoder.js';

/** The contracts that a worker has. */
export interface ContractRegistry {
  /** Throws `ContractMissing` where the worker has none of that name. */
  assertHas(name: string | undefined): void;
  /** What reads the records of a plan. Throws `ContractMissing` where that is not here, or is another one of its name. */
  of(planned: PlannedContract | undefined): Decoder | ReadContract;
}

/**
 * This worker can't do what another one of the task queue may: its attempt fails and is repeated, until a worker takes it
 * that has the contract.
 */
export class ContractMissing extends Error {
  override readonly name = 'ContractMissing';
}

const NAMES = [DEFAULT_CONTRACT, TABLE_CONTRACT];

export function createContractRegistry(decoder: Decoder): ContractRegistry {
  const assertHas = (name = DEFAULT_CONTRACT) => {
    if (NAMES.includes(name)) return;
    throw new ContractMissing(
      `This worker has no contract ${name}: it has ${NAMES.join(' and ')}. Start a worker that has it, or end the workflow if the name is wrong`,
    );
  };
  return {
    assertHas,
    of(planned) {
      if (planned === undefined) return decoder;
      const { name, hash } = planned;
      assertHas(name);
      if (name === DEFAULT_CONTRACT) return decoder;
      const read = plannedTableContract(planned);
      if (read.contract.hash === hash) return read;
      throw new ContractMissing(
        `The plan is for contract ${name} ${hash}, and this worker's is ${read.contract.hash}: run the release that made the plan until its batches are done`,
      );
    },
  };
}
