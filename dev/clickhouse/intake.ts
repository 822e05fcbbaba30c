import type { BodyFile, BodyFiles } from './body-files.js';
import type { ExternalTable } from './external-tables.js';
import { findInsertHead, type InsertHead } from './insert-head.js';
import type { RequestHead } from './request.js';
import { QUERY_IS_TOO_LARGE, ServerError } from './server-error.js';

/** A complete request. */
export type Incoming =
  | { readonly kind: 'insert-data'; readonly head: InsertHead; readonly file: BodyFile }
  /** An INSERT that takes its rows from elsewhere. */
  | { readonly kind: 'insert'; readonly sql: string }
  | {
      readonly kind: 'query';
      readonly sql: string;
      readonly tables?: readonly ExternalTable[];
    };

/** Receives a request piece by piece. */
export interface Intake {
  take(bytes: Buffer): void;
  finish(): Incoming;
  /** Discards everything, including the file. */
  discard(): void;
}

/** The largest head of an INSERT, in bytes: the default of the server's `max_query_size`. */
const MAX_HEAD_BYTES = 262_144;

/** The largest statement without data, in bytes. It is held in memory. */
const MAX_STATEMENT_BYTES = 16 * 1_048_576;

/**
 * A request is the statement in the address, a line feed, and the body. An INSERT's data can start anywhere in it, and is written
 * to a file as it arrives. Calls `onStatement` as soon as the statement is known.
 */
export function createIntake(
  { sql, body }: RequestHead,
  { files, onStatement }: { readonly files: BodyFiles; onStatement: (sql: string) => void },
): Intake {
  let pieces: Buffer[] = sql === '' ? [] : [Buffer.from(`${sql}\n`)];
  let bytes = sql.length;
  let kind: 'insert' | 'query' | 'unclear' = 'unclear';
  let data: { readonly head: InsertHead; readonly file: BodyFile } | undefined;

  function judge(ending: string): void {
    if (kind !== 'unclear') return;
    const text = Buffer.concat(pieces);
    pieces = [text];
    const finding = findInsertHead(text.toString('latin1') + ending);
    if (finding.kind === 'data-follows') {
      const { dataAt } = finding.head;
      data = { head: finding.head, file: files.create(body.bytes ?? 0) };
      onStatement(text.toString('utf8', 0, dataAt).trim());
      data.file.write(text.subarray(dataAt));
    } else if (finding.kind !== 'unclear' || text.length > MAX_HEAD_BYTES) {
      kind = finding.kind === 'insert' ? 'insert' : 'query';
    }
  }

  judge('');
  return {
    take(chunk) {
      if (data) {
        data.file.write(chunk);
        return;
      }
      bytes += chunk.length;
      if (bytes > MAX_STATEMENT_BYTES) {
        const message = `A statement of more than ${MAX_STATEMENT_BYTES} bytes. (QUERY_IS_TOO_LARGE)`;
        throw new ServerError(QUERY_IS_TOO_LARGE, message);
      }
      pieces.push(chunk);
      judge('');
    },
    finish() {
      // Nothing more follows, so a line feed marks the last token as complete.
      if (!data) judge('\n');
      if (data) {
        data.file.seal();
        return { kind: 'insert-data', ...data };
      }
      const statement = Buffer.concat(pieces).toString('utf8').trim();
      onStatement(statement);
      return { kind: kind === 'insert' ? 'insert' : 'query', sql: statement };
    },
    discard() {
      data?.file.release();
    },
  };
}
