import type { FoundTable } from '../../domain/table/found-table.js';
import type { BatchPlan, HeldRanges } from '../../domain/pipeline/batch-plan.js';
import { withTopicId } from '../../domain/table/guarantee.js';
import { changeOf, type TableChange } from '../../domain/holds/table-changed.js';
import { isSameTable, underIdentity } from '../../domain/table/identity.js';
import { tableRecreated } from '../../domain/holds/table-replaced.js';
import type { Target } from '../../domain/table/target.js';
import type { PresentTable, TableDirectory } from '../../domain/ports/table-directory.js';
import type { ContractRegistry } from '../../domain/formats/contract-registry.js';
import { isLineageColumn } from '../../domain/records/lineage.js';
import { writtenName } from '../../domain/table/table-name.js';

export interface TableCheck {
  /** Null if the plan can be carried out. */
  readonly held: HeldRanges | null;
  /** The table as it is now, if it was described again. */
  readonly found?: Target | undefined;
  /** The planned table's replicated id, if the plan does not have it. */
  readonly replicatedId?: string | undefined;
}

interface ContractChange {
  /** The table, as the worker's version of the contract fills it. */
  readonly found: Target;
  /** Null if the batch can be planned again. */
  readonly held: HeldRanges | null;
}

/** Attempts, over some seconds, that are left to other workers: during a rollout, one may still have the plan's version. */
const ATTEMPTS_FOR_OTHERS = 4;

/**
 * Checks that the table is still the one that the plan was made for, and stores what it stored then: a column of another type
 * silently stores other values than those that were sent. Takes one query for the table's identity. The table is described again
 * only if that changed, or from time to time.
 */
export async function checkTable(plan: BatchPlan, tables: TableDirectory): Promise<TableCheck> {
  const present = await tables.identify(plan.table, plan);
  // A missing table was not replaced. Inserts fail with a clear error until somebody creates or restores it.
  if (present === null) return { held: null };
  if (!isSameTable(plan, present)) return { held: await replaced(plan, present, tables) };
  const isNews = plan.replicatedId === undefined && plan.tableId === present.tableId;
  const asPlanned = { held: null, ...(isNews && { replicatedId: present.replicatedId }) };
  if (isAsPlanned(plan, present)) return asPlanned;
  const described = await tables.describe(plan.table, plan.wishes);
  if (described === null) return asPlanned;
  if (!isSameTable(plan, described.target)) {
    throw new Error('The table was replaced while it was checked: the next attempt checks again');
  }
  const target = withTopicId(underIdentity(described.target, plan), plan.topicId);
  const found = { ...described, target };
  const change = changeOf(plan, found);
  return { ...asPlanned, held: change && heldForTable(plan, found, change), found: target };
}

function isAsPlanned(plan: BatchPlan, { version }: PresentTable): boolean {
  const { tableVersion, describeAfterMs = 0 } = plan;
  return version === tableVersion && Date.now() < describeAfterMs;
}

async function replaced(
  plan: BatchPlan,
  present: PresentTable,
  tables: TableDirectory,
): Promise<HeldRanges> {
  const { target } = await tables.prepare(plan.table, plan.wishes);
  return {
    partitions: plan.ranges.map(({ partition }) => partition),
    reason: 'TableReplaced',
    detail: tableRecreated(plan.table, plan, present),
    foundTarget: withTopicId(target, plan.topicId),
  };
}

/**
 * Handles a plan that was made for another version of this worker's contract. The first attempts throw `ContractMissing`, which
 * leaves the plan to other workers. After that, its ranges are planned again for this worker's version, and rows that may already
 * have been sent are looked for. Null if the plan can be carried out as it is.
 */
export async function contractChange(
  plan: BatchPlan,
  attempt: number,
  {
    contracts,
    tables,
  }: {
    readonly contracts: Pick<ContractRegistry, 'of' | 'hasOtherVersion'>;
    readonly tables: Pick<TableDirectory, 'describe'>;
  },
): Promise<ContractChange | null> {
  if (!contracts.hasOtherVersion(plan.contract)) return null;
  if (attempt <= ATTEMPTS_FOR_OTHERS) contracts.of(plan.contract);
  const described = await tables.describe(plan.table, plan.wishes);
  // A missing or replaced table matters more, and the checks that follow deal with it.
  if (described === null || !isSameTable(plan, described.target)) return null;
  const target = withTopicId(underIdentity(described.target, plan), plan.topicId);
  if (target.columns.every(isLineageColumn)) {
    throw new Error(
      `${writtenName(plan.table)} has none of the columns that contract ${plan.contract?.name ?? ''} has now: add them, or run the version of the contract that the plan was made for`,
    );
  }
  const found = { ...described, target };
  const asked = { ...plan, contract: target.contract, cut: { columns: target.columns } };
  const change = changeOf(asked, found);
  return { found: target, held: change && heldForTable(plan, found, change) };
}

/** The hold for a plan whose table no longer stores what it stored. */
function heldForTable(
  plan: BatchPlan,
  { target }: FoundTable,
  { detail, givesUp }: TableChange,
): HeldRanges {
  const partitions = plan.ranges.map(({ partition }) => partition);
  return { partitions, reason: 'TableChanged', detail, foundTarget: target, givesUp };
}
