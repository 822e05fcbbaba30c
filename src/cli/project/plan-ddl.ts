import { EVENT_LAYOUT } from '../../adapters/clickhouse/schema/event-layout.js';
import { ONE_SERVER } from '../../adapters/clickhouse/schema/create-statements.js';
import { plannedDatabase } from '../../adapters/clickhouse/schema/plan-tables.js';
import { wantedTables } from '../../adapters/clickhouse/schema/prepare-tables.js';
import { columnReason } from '../../domain/table/guarantee.js';
import { DEFAULT_CONTRACT, TABLE_CONTRACT } from '../../domain/table/planned-contract.js';
import type { PlannedStatement, TablePlan } from '../../domain/ports/table-plans.js';
import { CommandError } from '../errors.js';
import type { Surroundings } from '../verb.js';
import { withServers } from './connect-servers.js';
import {
  completed,
  type NamedPipeline,
  openProject,
  pipelineNamed,
  pipelinesOf,
  type Project,
} from './open-project.js';

/** Each server creates it, and users may lack the right to create one. */
const EVERY_SERVERS_DATABASE = 'default';

export interface DdlRequest {
  /** The name of a pipeline or of a contract. */
  readonly name: string;
  /** The table of a contract; null: the contract's name. */
  readonly table: string | null;
  readonly isOffline: boolean;
}

export interface PlannedDdl extends Pick<TablePlan, 'statements' | 'refusals' | 'warnings'> {
  /** Columns that are not stored and that no statement fixes. */
  readonly unfixed: readonly string[];
}

/** The statements that a pipeline's tables need. Throws `CommandError` if there is no such pipeline or contract. */
export async function planDdl(
  surroundings: Pick<Surroundings, 'environment' | 'directory'>,
  request: DdlRequest,
): Promise<PlannedDdl> {
  const project = await openProject(surroundings);
  const { table, settings } = meantPipeline(project, request);
  if (!request.isOffline) {
    const plan = await withServers(project, ({ clickhouse }) =>
      clickhouse.plans.plan(table, settings),
    );
    return { ...plan, unfixed: unfixedIn(plan) };
  }
  if (settings.contract === TABLE_CONTRACT) {
    throw new CommandError(
      `Contract ${TABLE_CONTRACT} takes its columns from an existing table: run without --offline`,
    );
  }
  const { contracts } = project.declared;
  const wanted = wantedTables(table, { layout: EVENT_LAYOUT, contracts, wishes: settings });
  const creates = wanted.map(({ name, statement }): PlannedStatement => {
    return { kind: 'create', table: name, sql: statement(ONE_SERVER) };
  });
  const databases =
    table.database === EVERY_SERVERS_DATABASE ? [] : [plannedDatabase(table, ONE_SERVER)];
  return { statements: [...databases, ...creates], refusals: [], warnings: [], unfixed: [] };
}

function unfixedIn({ target }: TablePlan): readonly string[] {
  if (target === null) return [];
  const unfixed = target.notStored?.filter(({ fix }) => !fix.startsWith('ALTER TABLE ')) ?? [];
  return unfixed.map((column) => columnReason(target.table, column));
}

function meantPipeline(project: Project, { name, table }: DdlRequest): NamedPipeline {
  const isPipeline = pipelinesOf(project).some((pipeline) => pipeline.name === name);
  const contracts = [...project.declared.contracts.map(({ spec }) => spec.name), DEFAULT_CONTRACT];
  if (!isPipeline && contracts.includes(name)) {
    return completed(name, { contract: name, table: table ?? name }, project.config);
  }
  if (table !== null) {
    throw new CommandError(`--table is for a contract, and there is no contract ${name}`);
  }
  return pipelineNamed(project, name);
}
