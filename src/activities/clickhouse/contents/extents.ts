import { sqlName } from '../../../domain/pipeline/table-name.js';
import type { EpochExtent } from '../../../domain/ports.js';
import type { Server } from '../server/server.js';
import { WHOLE_ANSWER } from '../server/whole-answer.js';
import type { Origins } from '../tables/row-origins.js';

/** How far rows reach in each epoch of each partition. Reads the four lineage columns of the whole table. */
export function rowExtents(server: Server, origins: Origins): Promise<readonly EpochExtent[]> {
  return extents(server, origins, 'max(_offset) + 1');
}

/** The same of a table of dead letters; ranges that were left out by decision count whole. */
export function letterExtents(server: Server, origins: Origins): Promise<readonly EpochExtent[]> {
  return extents(server, origins, 'max(_end)');
}

async function extents(
  server: Server,
  { table, topic, settings }: Origins,
  end: string,
): Promise<readonly EpochExtent[]> {
  const rows = await server.rows<{ partition: number; epoch: number; first: string; end: string }>({
    sql:
      'SELECT toUInt32(assumeNotNull(_partition)) AS partition, toUInt32(assumeNotNull(_epoch)) AS epoch, ' +
      `toString(min(_offset)) AS first, toString(${end}) AS end FROM ${sqlName(table)} ` +
      'WHERE _topic = {topic:String} GROUP BY partition, epoch',
    parameters: { topic },
    settings: { ...WHOLE_ANSWER, ...settings },
  });
  return rows.map(({ first, end: behind, ...row }) => ({
    ...row,
    first: Number(first),
    end: Number(behind),
  }));
}
