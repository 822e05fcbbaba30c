import type { BodyFile, BodyFiles } from './body-files.js';
import type { ExternalTable } from './external-tables.js';
import { findInsertHead, type InsertHead } from './insert-head.js';
import type { RequestHead } from './request.js';
import { QUERY_IS_TOO_LARGE, ServerError } from './server-error.js';

/** A request that has arrived whole. */
export type Incoming =
  | { readonly kind: 'insert-data'; readonly head: InsertHead; readonly file: BodyFile }
  /** An INSERT that has its rows from elsewhere. */
  | { readonly kind: 'insert'; readonly sql: string }
  | {
      readonly kind: 'query';
      readonly sql: string;
      readonly tables?: readonly ExternalTable[];
    };

/** Takes a request in, piece by piece. */
export interface Intake {
  take(bytes: Buffer): void;
  finish(): Incoming;
  /** Forgets all, the file too. */
  discard(): void;
}

/** Where an INSERT's head has to end: the default of the server's `max_query_size`. */
const MAX_HEAD_BYTES = 262_144;

/** Of a statement without data, which is held in memory. */
const MAX_STATEMENT_BYTES = 16 * 1_048_576;

/**
 * A request is what the address says, a line feed, and the body. An INSERT's data starts anywhere in it and goes to a file as
 * it comes; `onStatement` hears of the statement as soon as it is known.
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
      // Nothing follows any more: with a line feed behind it, the last token is a finished one.
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
