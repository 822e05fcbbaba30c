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
  /** Null: nothing stands against the plan. */
  readonly held: HeldRanges | null;
  /** The table as it is now, where it was described again. */
  readonly found?: Target | undefined;
  /** Of the planned table, where the plan does not know it. */
  readonly replicatedId?: string | undefined;
}

interface ContractChange {
  /** The table, as the worker's version of the contract fills it. */
  readonly found: Target;
  /** Null: the batch is planned again. */
  readonly held: HeldRanges | null;
}

/** Some seconds: while workers are replaced, one that still has the plan's version may take the attempt. */
const ATTEMPTS_FOR_OTHERS = 4;

/**
 * Whether the table is still the one that the plan was made for, and stores what it stored then: a column of another
 * type takes values in silence that are not those that were sent. One question about the table's identity; it is
 * described again only when that changed, or from time to time.
 */
export async function checkTable(plan: BatchPlan, tables: TableDirectory): Promise<TableCheck> {
  const present = await tables.identify(plan.table, plan);
  // A table that isn't there was not replaced: the insert says so, until somebody creates it or brings it back.
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
 * What becomes of a plan that was made for another version of this worker's contract: once other workers have had their
 * chance, its ranges are planned again for this one, and what may have been sent of them is looked for. Null where the plan
 * can be carried out. Throws `ContractMissing` while others have theirs.
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
  // Whatever else has changed of the table is told before.
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

/** The hold of a plan whose table no longer does what it did. */
function heldForTable(
  plan: BatchPlan,
  { target }: FoundTable,
  { detail, givesUp }: TableChange,
): HeldRanges {
  const partitions = plan.ranges.map(({ partition }) => partition);
  return { partitions, reason: 'TableChanged', detail, foundTarget: target, givesUp };
}
