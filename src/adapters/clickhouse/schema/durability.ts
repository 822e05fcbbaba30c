import { alter } from '../../../domain/table/guarantee.js';
import { isMergeTree, type TableDescription } from '../../../domain/table/description.js';
import { writtenName } from '../../../domain/table/table-name.js';

/** Why the table may answer before rows are on disk, with the statement that fixes it; null where it does not. */
export function notDurable(table: TableDescription): string | null {
  if (isOnObjectStorage(table) || (table.fsyncAfterInsert && table.fsyncPartDirectory)) return null;
  const name = writtenName(table.name);
  return isMergeTree(table.engine)
    ? `durability "fsync" was asked for, and ${name} answers before rows are on disk: ${alter(table, 'MODIFY SETTING fsync_after_insert = 1, fsync_part_directory = 1')}`
    : `durability "fsync" was asked for, and ${name} is a ${table.engine}: nobody can promise it`;
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
