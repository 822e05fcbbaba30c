import { TableUnfit } from '../../../domain/errors.js';
import { alter } from '../../../domain/pipeline/guarantee.js';
import { isMergeTree, type TableDescription } from '../../../domain/pipeline/table-description.js';
import { writtenName } from '../../../domain/pipeline/table-name.js';

/** Throws where the table may answer before rows are on disk, with the statement that mends it. */
export function assertFsync(table: TableDescription): void {
  if (isOnObjectStorage(table) || (table.fsyncAfterInsert && table.fsyncPartDirectory)) return;
  const name = writtenName(table.name);
  if (!isMergeTree(table.engine)) {
    throw new TableUnfit(
      `durability "fsync" was asked for, and ${name} is a ${table.engine}: nobody can promise it`,
    );
  }
  throw new TableUnfit(
    `durability "fsync" was asked for, and ${name} answers before rows are on disk: ${alter(table, 'MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1')}`,
  );
}

/** What the table does before it answers, in words. */
export function durabilityOf(table: TableDescription): string {
  if (!isMergeTree(table.engine))
    return `unknown: what a ${table.engine} does before it answers is its own affair`;
  if (isOnObjectStorage(table)) return 'rows are in object storage before ClickHouse answers';
  const where = table.engine.startsWith('Replicated') ? 'of one replica ' : '';
  return table.fsyncAfterInsert && table.fsyncPartDirectory
    ? `rows are on the disk ${where}(fsync) before ClickHouse answers`
    : `rows are in the page cache ${where}when ClickHouse answers: they survive its death, not a power cut`;
}

function isOnObjectStorage({ engine }: TableDescription): boolean {
  return engine.startsWith('Shared');
}
