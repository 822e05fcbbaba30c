import type { BatchPlan, HeldRanges } from '../../domain/pipeline/batch-plan.js';
import { withTopicId } from '../../domain/table/guarantee.js';
import { changeOf, heldForTable } from '../../domain/planning/table-change.js';
import { isSameTable, tableReplaced, underIdentity } from '../../domain/table/identity.js';
import type { Target } from '../../domain/table/target.js';
import type { PresentTable, TableDirectory } from '../../domain/ports/table-directory.js';

export interface TableCheck {
  /** Null: nothing stands against the plan. */
  readonly held: HeldRanges | null;
  /** The table as it is now, where it was described again. */
  readonly found?: Target | undefined;
  /** Of the planned table, where the plan does not know it. */
  readonly replicatedId?: string | undefined;
}

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
    detail: tableReplaced(plan.table, plan, present),
    foundTarget: withTopicId(target, plan.topicId),
  };
}
