import { type Contract } from '../../domain/contract/define-contract.js';
import { DEFAULT_CONTRACT, TABLE_CONTRACT } from '../../domain/table/planned-contract.js';
import { STREAM_EVENTS } from '../../domain/contract/stream-events.js';
import { plannedTableContract } from '../../domain/contract/table-contract.js';
import type { TableName } from '../../domain/table/table-name.js';
import { writtenName } from '../../domain/table/table-name.js';
import { CommandError, UsageError } from '../errors.js';
import type { Servers } from '../project/connect-servers.js';
import { pipelineNamed, type Project } from '../project/open-project.js';

export interface Meant {
  readonly topic: string;
  /** Null: no contract was named. */
  readonly contract: Contract | null;
}

/** The topic and the contract that the options name. Throws `UsageError` and `CommandError`. */
export async function meantContract(
  project: Project,
  {
    topic,
    contract,
    pipeline,
  }: Readonly<Record<'topic' | 'contract' | 'pipeline', string | undefined>>,
  { clickhouse }: Servers,
): Promise<Meant> {
  if (pipeline !== undefined) {
    if (contract !== undefined) throw new UsageError('give --contract or --pipeline, not both');
    const { settings, table } = pipelineNamed(project, pipeline);
    const found =
      settings.contract === TABLE_CONTRACT
        ? await tableContract(table, clickhouse)
        : contractNamed(project, settings.contract ?? DEFAULT_CONTRACT);
    return { topic: topic ?? settings.topic, contract: found };
  }
  if (topic === undefined) throw new UsageError('give --topic or --pipeline');
  return { topic, contract: contract === undefined ? null : contractNamed(project, contract) };
}

function contractNamed({ declared }: Project, name: string): Contract {
  if (name === DEFAULT_CONTRACT) return STREAM_EVENTS;
  const found = declared.contracts.find(({ spec }) => spec.name === name);
  if (found !== undefined) return found;
  if (name === TABLE_CONTRACT) {
    throw new UsageError(
      `contract ${TABLE_CONTRACT} takes its columns from the table of a pipeline: give --pipeline`,
    );
  }
  const names = [...declared.contracts.map(({ spec }) => spec.name), DEFAULT_CONTRACT];
  throw new CommandError(`There is no contract ${name}. Choose one of ${names.join(', ')}`);
}

async function tableContract(
  table: TableName,
  clickhouse: Servers['clickhouse'],
): Promise<Contract> {
  const described = await clickhouse.contents.describe(table, TABLE_CONTRACT);
  const planned = described?.target.contract;
  if (planned !== undefined) return plannedTableContract(planned).contract;
  throw new CommandError(
    `${writtenName(table)} does not exist, or has no column that an event could fill`,
  );
}
