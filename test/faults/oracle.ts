import { type Becomes, type Expectation, placeKey } from './expectation.js';

/** The outcome of everything that was written, according to the servers, without the pipeline's own counters. */
export interface Truth {
  readonly records: number;
  readonly rows: number;
  readonly deadLetters: number;
  /** Written records that are neither row nor dead letter, nor skipped by a decision. */
  readonly lost: number;
  /** Rows and dead letters beyond one per record, and those of records that nobody wrote. */
  readonly doubled: number;
  /** Records that a recorded decision skips. */
  readonly skipped: number;
  /** Some of the affected positions, for people. */
  readonly examples: readonly string[];
}

export interface Witness {
  readonly expectation: Expectation;
  /** Tables that together have the rows: `database.table`. */
  readonly tables: readonly string[];
  /** Tables of dead letters. */
  readonly letterTables: readonly string[];
  sql<Row>(statement: string): Promise<readonly Row[]>;
}

const EXAMPLES = 5;

export async function readTruth(witness: Witness): Promise<Truth> {
  const found = await readFound(witness);
  let lost = 0;
  let doubled = 0;
  let skipped = 0;
  const examples: string[] = [];
  const note = (what: string, key: string) => {
    if (examples.length < EXAMPLES) examples.push(`${what} ${key}`);
  };
  let seen = 0;
  for (const [key, becomes] of witness.expectation.entries()) {
    const { right, others } = judge(becomes, found, key);
    seen += right + others;
    if (right === 0 && found.skips.some((skip) => holds(skip, key))) skipped += 1;
    else if (right === 0) {
      lost += 1;
      note('lost', key);
    }
    const spare = Math.max(0, right - 1) + others;
    doubled += spare;
    if (spare > 0) note('doubled', key);
  }
  // Whatever is at positions where nothing was written.
  doubled += found.rows + found.letters - seen;
  return {
    records: witness.expectation.size,
    rows: found.rows,
    deadLetters: found.letters,
    lost,
    doubled,
    skipped,
    examples,
  };
}

interface Skip {
  readonly epoch: number;
  readonly partition: number;
  readonly first: number;
  readonly end: number;
}

interface Found {
  readonly rows: number;
  readonly letters: number;
  /** Event ids of the rows at a position. */
  readonly rowsAt: ReadonlyMap<string, readonly string[]>;
  readonly lettersAt: ReadonlyMap<string, number>;
  readonly skips: readonly Skip[];
}

/** `right`: how often the record is what it must be. `others`: everything else at its position. */
function judge(becomes: Becomes, found: Found, key: string) {
  const rows = found.rowsAt.get(key) ?? [];
  const letters = found.lettersAt.get(key) ?? 0;
  if (becomes === 'letter') return { right: letters, others: rows.length };
  const right = rows.filter((id) => id === becomes.row).length;
  return { right, others: rows.length - right + letters };
}

function holds({ epoch, partition, first, end }: Skip, key: string): boolean {
  const [itsEpoch, itsPartition, offset = 0] = key.split('/').map(Number);
  return itsEpoch === epoch && itsPartition === partition && first <= offset && offset < end;
}

async function readFound({ tables, letterTables, sql }: Witness): Promise<Found> {
  const rowsAt = new Map<string, string[]>();
  let rows = 0;
  for (const table of await existing(tables, sql)) {
    const found = await sql<{ e: number; p: number; o: string; id: string }>(
      `SELECT _epoch AS e, _partition AS p, toString(_offset) AS o, event_id AS id FROM ${table}`,
    );
    rows += found.length;
    for (const { e, p, o, id } of found) {
      const key = placeKey({ epoch: e, partition: p, offset: Number(o) });
      const ids = rowsAt.get(key);
      if (ids === undefined) rowsAt.set(key, [id]);
      else ids.push(id);
    }
  }
  const lettersAt = new Map<string, number>();
  const skips: Skip[] = [];
  let letters = 0;
  for (const table of await existing(letterTables, sql)) {
    const found = await sql<{ e: number; p: number; first: string; end: string; stage: string }>(
      `SELECT _epoch AS e, _partition AS p, toString(_offset) AS first, toString(_end) AS end, stage
       FROM ${table} FINAL`,
    );
    for (const { e, p, first, end, stage } of found) {
      if (stage === 'skip') {
        skips.push({ epoch: e, partition: p, first: Number(first), end: Number(end) });
        continue;
      }
      letters += 1;
      const key = placeKey({ epoch: e, partition: p, offset: Number(first) });
      lettersAt.set(key, (lettersAt.get(key) ?? 0) + 1);
    }
  }
  return { rows, letters, rowsAt, lettersAt, skips };
}

export async function existing(
  tables: readonly string[],
  sql: Witness['sql'],
): Promise<readonly string[]> {
  const answers = await Promise.all(
    tables.map((table) => sql<{ result: number }>(`EXISTS TABLE ${table}`)),
  );
  return tables.filter((_, index) => answers[index]?.[0]?.result === 1);
}
