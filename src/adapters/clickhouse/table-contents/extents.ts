import { sqlName } from '../../../domain/table/table-name.js';
import type { EpochExtent } from '../../../domain/ports/table-directory.js';
import type { Server } from '../client/client.js';
import { WHOLE_ANSWER } from '../client/whole-answer.js';
import type { Within } from '../schema/in-log.js';

/**
 * How far rows reach in each epoch of each partition of each log. Reads the lineage columns of the whole table: 20 million
 * rows a second on two cores.
 */
export function rowExtents(server: Server, within: Within): Promise<readonly EpochExtent[]> {
  return extents(server, within, { end: 'max(_offset) + 1', final: '' });
}

/** The same of a table of dead letters; ranges that were left out by decision count whole. */
export function letterExtents(server: Server, within: Within): Promise<readonly EpochExtent[]> {
  return extents(server, within, { end: 'max(_end)', final: ' FINAL' });
}

interface ExtentRow {
  readonly log: string;
  readonly partition: number;
  readonly epoch: number;
  readonly first: string;
  readonly end: string;
  readonly count: string;
}

async function extents(
  server: Server,
  { table, condition, topicId, parameters, settings }: Within,
  { end, final }: { readonly end: string; readonly final: string },
): Promise<readonly EpochExtent[]> {
  const rows = await server.rows<ExtentRow>({
    sql:
      `SELECT toString(${topicId}) AS log, toUInt32(assumeNotNull(_partition)) AS partition, toUInt32(assumeNotNull(_epoch)) AS epoch, ` +
      `toString(min(_offset)) AS first, toString(${end}) AS end, toString(count()) AS count FROM ${sqlName(table)}${final} ` +
      `WHERE ${condition} GROUP BY log, partition, epoch ORDER BY log, partition, epoch`,
    parameters,
    settings: { ...WHOLE_ANSWER, ...settings },
  });
  return rows.map(({ log, first, end: behind, count, ...row }) => ({
    ...row,
    topicId: log,
    first: Number(first),
    end: Number(behind),
    count: Number(count),
  }));
}
