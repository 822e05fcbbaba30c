import type { BatchPlan, HeldRanges } from '../../domain/pipeline/batch-plan.js';
import type { ContractRegistry } from '../../domain/formats/contract-registry.js';
import { changeOf, heldForTable } from '../../domain/planning/table-change.js';
import type { TableDirectory } from '../../domain/ports/table-directory.js';
import { isLineageColumn } from '../../domain/records/lineage.js';
import { withTopicId } from '../../domain/table/guarantee.js';
import { isSameTable, underIdentity } from '../../domain/table/identity.js';
import { writtenName } from '../../domain/table/table-name.js';
import type { Target } from '../../domain/table/target.js';

/** Some seconds: while workers are replaced, one that still has the plan's version may take the attempt. */
const ATTEMPTS_FOR_OTHERS = 4;

export interface ContractChange {
  /** The table, as the worker's version of the contract fills it. */
  readonly found: Target;
  /** Null: the batch is planned again. */
  readonly held: HeldRanges | null;
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
