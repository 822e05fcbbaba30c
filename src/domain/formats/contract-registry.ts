import type { Contract } from '../contract/define-contract.js';
import {
  DEFAULT_CONTRACT,
  type PlannedContract,
  TABLE_CONTRACT,
} from '../table/planned-contract.js';
import { plannedTableContract, type ReadContract } from '../contract/table-contract.js';
import type { Decoder } from './decoder.js';
import { contractJudge, eventJudge, type RecordJudge } from './record-judge.js';

/** The contracts that a worker has. */
export interface ContractRegistry {
  /** Throws `ContractMissing` where the worker has none of that name. */
  assertHas(name: string | undefined): void;
  /** What reads the records of a plan. Throws `ContractMissing` where that is not here, or is another version. */
  of(planned: PlannedContract | undefined): Decoder | ReadContract;
  /** Whether somebody has changed the contract since the plan was made, or will have. */
  hasOtherVersion(planned: PlannedContract | undefined): boolean;
  /** What judges records again by today's version of a contract; null where nothing is to be known of their values. */
  judgeOf(name: string | undefined): RecordJudge | null;
}

/**
 * This worker can't do what another one of the task queue may: its attempt fails and is repeated, until a worker takes it
 * that has the contract.
 */
export class ContractMissing extends Error {
  override readonly name = 'ContractMissing';
}

export function createContractRegistry(
  decoder: Decoder,
  declared: readonly Contract[] = [],
): ContractRegistry {
  const contracts = new Map(declared.map((contract) => [contract.spec.name, contract]));
  const names = [DEFAULT_CONTRACT, TABLE_CONTRACT, ...contracts.keys()];
  const assertHas = (name = DEFAULT_CONTRACT) => {
    if (names.includes(name)) return;
    throw new ContractMissing(
      `This worker has no contract ${name}: it has ${listed(names)}. Start a worker that has it, or end the workflow if the name is wrong`,
    );
  };
  const readOf = (planned: PlannedContract): ReadContract => {
    const contract = contracts.get(planned.name);
    if (contract === undefined) return plannedTableContract(planned);
    const flattened = planned.columns?.filter((column) => column.flattened === true) ?? [];
    return { contract, flattened: new Set(flattened.map(({ name }) => name)) };
  };
  return {
    assertHas,
    of(planned) {
      if (planned === undefined) return decoder;
      const { name, hash } = planned;
      assertHas(name);
      if (name === DEFAULT_CONTRACT) return decoder;
      const read = readOf(planned);
      if (read.contract.hash === hash) return read;
      throw new ContractMissing(
        `The plan is for contract ${name} ${hash}, and this worker's is ${read.contract.hash}: ${otherVersion(name)}`,
      );
    },
    hasOtherVersion(planned) {
      const contract = planned && contracts.get(planned.name);
      return contract !== undefined && contract.hash !== planned?.hash;
    },
    judgeOf(name = DEFAULT_CONTRACT) {
      if (name === DEFAULT_CONTRACT) return eventJudge(decoder);
      const contract = contracts.get(name);
      return contract === undefined ? null : contractJudge(contract);
    },
  };
}

function otherVersion(name: string): string {
  return name === TABLE_CONTRACT
    ? 'run the release that made the plan until its batches are done'
    : 'another worker may have the version of the plan. If none takes it, the batch is planned again for this one';
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
