import type { Contract } from '../contract/define-contract.js';
import {
  DEFAULT_CONTRACT,
  type PlannedContract,
  TABLE_CONTRACT,
} from '../table/planned-contract.js';
import { plannedTableContract, type ReadContract } from '../contract/table-contract.js';
import type { Decoder } from './decoder.js';
import { contractJudge, eventJudge, type RecordJudge } from './record-judge.js';

/** The contracts of a worker. */
export interface ContractRegistry {
  /** Throws `ContractMissing` if the worker has no contract of that name. */
  assertHas(name: string | undefined): void;
  /** The reader for the records of a plan. Throws `ContractMissing` if this worker lacks the contract or has another version. */
  of(planned: PlannedContract | undefined): Decoder | ReadContract;
  /** Whether the contract has changed since the plan was made, or will change. */
  hasOtherVersion(planned: PlannedContract | undefined): boolean;
  /** Judges records by the current version of a contract. Null if that would say nothing about their values. */
  judgeOf(name: string | undefined): RecordJudge | null;
}

/**
 * This worker lacks a contract that another worker of the task queue may have. The attempt fails and is repeated until a
 * worker with the contract takes it.
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
      `This worker has no contract ${name}: it has ${listed(names)}. Another worker of this task queue may have it: all workers of a task queue need the same config. Start a worker that has it, or end the workflow if the name is wrong`,
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
    : 'another worker may have the version of the plan. If none takes it, the batch is planned again for this version';
}

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''}`;
}
