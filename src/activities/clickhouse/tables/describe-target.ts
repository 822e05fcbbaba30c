import { LINEAGE_COLUMNS } from '../../../domain/batch/lineage.js';
import { TableUnfit } from '../../../domain/errors.js';
import { LANES_MOST, TABLE_PARTITIONS_PER_BLOCK } from '../../../domain/limits.js';
import { findDrift } from '../../../domain/pipeline/drift.js';
import { alter, guaranteeOf } from '../../../domain/pipeline/guarantee.js';
import {
  keepsEveryRow,
  type TableDescription,
} from '../../../domain/pipeline/table-description.js';
import { writtenName } from '../../../domain/pipeline/table-name.js';
import type { TableWishes, Target } from '../../../domain/pipeline/target.js';
import { assertFsync, durabilityOf } from './durability.js';
import { type EventLayout, tableColumns } from './event-columns.js';
import { tablePartition } from './table-partition.js';

/** What a pipeline needs to know of its table, and what its operator should. Throws where the table can't do as asked. */
export function describeTarget(
  table: TableDescription,
  layout: EventLayout,
  wishes: TableWishes,
): { readonly target: Target; readonly warnings: readonly string[] } {
  const { insertable, differences, lineage } = findDrift(tableColumns(layout), table.columns);
  const name = writtenName(table.name);
  if (wishes.durability === 'fsync') assertFsync(table);
  const own = insertable.filter((column) => LINEAGE_COLUMNS.every((each) => each.name !== column));
  if (own.length === 0) {
    throw new TableUnfit(`${name} has none of the event's columns: ${mendAll(table, differences)}`);
  }
  const guaranteeFor = (lanes: number) =>
    guaranteeOf(table, { lanes, tablePartitionsPerBlock: TABLE_PARTITIONS_PER_BLOCK, lineage });
  const isTimeStored = insertable.includes(layout.timeColumn);
  return {
    target: {
      table: table.name,
      tableId: table.id,
      columns: lineage.length === 0 ? insertable : own,
      tablePartition: isTimeStored
        ? tablePartition(table.partitionKey, layout.timeColumn)
        : 'unknown',
      findable: lineage.length === 0 && keepsEveryRow(table),
      guarantee: guaranteeFor(wishes.lanes),
      widest: { beyondLanes: wishes.lanes, guarantee: guaranteeFor(LANES_MOST) },
      durability: durabilityOf(table),
    },
    warnings: [
      ...differences.map(({ what, mend }) =>
        mend === null
          ? `${name}: ${what}; no ALTER changes a column of a key: make the table anew`
          : `${name}: ${what}: ${alter(table, mend)}`,
      ),
      ...(/^(Replicated|Shared)/.test(table.engine)
        ? [
            `${name} is on a cluster, and inserts under way show on the node that runs them: let CLICKHOUSE_HOST name one node, not a balancer`,
          ]
        : []),
    ],
  };
}

function mendAll(
  table: TableDescription,
  differences: readonly { readonly mend: string | null }[],
) {
  return alter(table, differences.flatMap(({ mend }) => (mend === null ? [] : [mend])).join(', '));
}
