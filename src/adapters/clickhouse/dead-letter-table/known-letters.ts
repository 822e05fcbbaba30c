import type { KnownDeadLetter } from '../../../domain/blocks/block.js';
import { type OffsetSpan, spanBounds } from '../../../domain/records/offset-range.js';
import { sqlName } from '../../../domain/table/table-name.js';
import type { Server } from '../client/client.js';
import type { Within } from '../schema/in-log.js';
import { NEWEST_ROWS } from '../schema/dead-letter-columns.js';
import type { DeadLetterReason } from '../../../domain/dead-letters/dead-letter.js';

interface LetterRow {
  readonly partition: number;
  readonly first: string;
  readonly end: string;
  readonly reason: DeadLetterReason;
}

/** A range that was skipped by a decision, and why. */
interface OpenSkip extends OffsetSpan {
  readonly why: string;
}

interface SkipRow {
  readonly partition: number;
  readonly epoch: number;
  readonly first: string;
  readonly end: string;
  readonly why: string;
}

/** Partitions in one query: each takes some 80 characters of SQL, and a server accepts statements of 256 KiB. */
const PARTITIONS_PER_QUERY = 200;

/**
 * Finds the offsets of these spans that are dead letters, including every offset of a skipped range that was not filled since.
 * Each offset once, ordered by partition and offset.
 */
export async function knownLetters(
  server: Server,
  letters: Within,
  spans: readonly OffsetSpan[],
): Promise<readonly KnownDeadLetter[]> {
  const known = new Map<string, KnownDeadLetter>();
  const bounds = spanBounds(spans);
  for (let at = 0; at < bounds.length; at += PARTITIONS_PER_QUERY) {
    const some = bounds.slice(at, at + PARTITIONS_PER_QUERY);
    for (const row of await readLetters(server, letters, some)) {
      for (const letter of within(row, spans)) {
        const key = `${letter.partition}/${letter.offset}`;
        // A dead letter of the record itself says more than a skipped range that contains it.
        if (letter.reason !== 'skipped' || !known.has(key)) known.set(key, letter);
      }
    }
  }
  return [...known.values()].sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}

function readLetters(
  server: Server,
  { table, condition, parameters, settings }: Within,
  spans: readonly OffsetSpan[],
): Promise<readonly LetterRow[]> {
  return server.rows<LetterRow>({
    sql:
      'SELECT _partition AS partition, toString(_offset) AS first, toString(_end) AS end, reason ' +
      `FROM ${sqlName(table)} FINAL WHERE ${condition} AND (stage != 'skip' OR status = 'open') ` +
      `AND (${spans.map(overlaps).join(' OR ')})`,
    parameters,
    settings: { ...NEWEST_ROWS, ...settings },
  });
}

function overlaps({ partition, epoch, first, end }: OffsetSpan): string {
  return `(_epoch = ${epoch} AND _partition = ${partition} AND _offset < ${end} AND _end > ${first})`;
}

function* within(row: LetterRow, spans: readonly OffsetSpan[]): Generator<KnownDeadLetter> {
  const { partition, reason } = row;
  for (const span of spans) {
    if (span.partition !== partition) continue;
    const end = Math.min(span.end, Number(row.end));
    for (let offset = Math.max(span.first, Number(row.first)); offset < end; offset++) {
      yield { partition, offset, reason };
    }
  }
}

/** Finds ranges that were skipped by a decision, contain some of these offsets, and were not filled since. */
export async function openSkips(
  server: Server,
  { table, condition, parameters, settings }: Within,
  spans: readonly OffsetSpan[],
): Promise<readonly OpenSkip[]> {
  const found: OpenSkip[] = [];
  const bounds = spanBounds(spans);
  for (let at = 0; at < bounds.length; at += PARTITIONS_PER_QUERY) {
    const some = bounds.slice(at, at + PARTITIONS_PER_QUERY);
    const rows = await server.rows<SkipRow>({
      sql:
        'SELECT _partition AS partition, _epoch AS epoch, toString(_offset) AS first, toString(_end) AS end, error AS why ' +
        `FROM ${sqlName(table)} FINAL WHERE ${condition} AND stage = 'skip' AND status = 'open' ` +
        `AND (${some.map(overlaps).join(' OR ')}) ORDER BY _epoch, _partition, _offset`,
      parameters,
      settings: { ...NEWEST_ROWS, ...settings },
    });
    found.push(
      ...rows.map(({ first, end, ...row }) => ({
        ...row,
        first: Number(first),
        end: Number(end),
      })),
    );
  }
  return found;
}
