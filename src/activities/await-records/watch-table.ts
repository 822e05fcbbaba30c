import { TABLE_REFRESH_MS } from '../../domain/limits.js';
import type { AwaitInput } from '../../domain/pipeline/await-records.js';
import { withTopicId } from '../../domain/table/guarantee.js';
import { changeOf } from '../../domain/planning/table-change.js';
import { isSameTable, underIdentity } from '../../domain/table/identity.js';
import type { Target } from '../../domain/table/target.js';
import type { TableDirectory } from '../../domain/ports/table-directory.js';

/** Describes a table from time to time, about which a warning is open: somebody may have run what it says. */
export interface WatchedTable {
  /** The table as it is now, where that is news that needs no decision; null otherwise, and where nobody can tell. */
  look(nowMs: number): Promise<Target | null>;
}

const NO_TABLE: WatchedTable = { look: () => Promise.resolve(null) };

export function watchTable(
  { table: watch, topicId }: Pick<AwaitInput, 'table' | 'topicId'>,
  tables: Pick<TableDirectory, 'describe'>,
): WatchedTable {
  if (watch === undefined) return NO_TABLE;
  const { target, wishes } = watch;
  let dueMs = watch.describeAfterMs;
  return {
    async look(nowMs) {
      if (nowMs < dueMs) return null;
      dueMs = nowMs + TABLE_REFRESH_MS;
      // Waiting for records needs no ClickHouse: the next batch says what is wrong with it.
      const described = await tables.describe(target.table, wishes).catch(() => null);
      if (described === null || !isSameTable(target, described.target)) return null;
      const now = withTopicId(underIdentity(described.target, target), topicId);
      const found = { ...described, target: now };
      const { contract, columns } = target;
      const isFit = changeOf({ wishes, contract, cut: { columns } }, found) === null;
      return isFit && isNews(found.target, target) ? found.target : null;
    },
  };
}

function isNews(found: Target, known: Target): boolean {
  const undated = (target: Target) => JSON.stringify({ ...target, describedMs: undefined });
  return undated(found) !== undated(known);
}
