import { Buffer } from 'node:buffer';
import type { BodyFile, BodyFiles } from './body-files.js';
import type { EngineSession } from './engine.js';
import type { Intake } from './intake.js';
import type { RequestHead } from './request.js';
import { BAD_ARGUMENTS, QUERY_IS_TOO_LARGE, ServerError } from './server-error.js';
import { literal } from './session-settings.js';

/** A table that is sent with a query and exists only for it: "external data for query processing". */
export interface ExternalTable {
  readonly name: string;
  readonly format: string;
  /** Names and types of its columns. */
  readonly structure: string;
  readonly file: BodyFile;
}

/** The largest request in bytes. It is held in memory. */
const MAX_MULTIPART_BYTES = 256 * 1_048_576;

const LINE_END = '\r\n';

/** Settings for types that a server accepts in such a table by default. */
const PERMISSIVE =
  'SET flatten_nested = 0, allow_suspicious_low_cardinality_types = 1, allow_suspicious_fixed_string_types = 1, enable_time_time64_type = 1, allow_experimental_bfloat16_type = 1';

/** The boundary of a multipart request; null for any other request. */
export function multipartBoundary(contentType: string): string | null {
  const found = /^multipart\/form-data;.*\bboundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType);
  return found?.[1] ?? found?.[2] ?? null;
}

/** Receives a query from the address, and a file for each of its tables. */
export function createExternalIntake(
  head: RequestHead,
  {
    boundary,
    files,
    onStatement,
  }: {
    readonly boundary: string;
    readonly files: BodyFiles;
    readonly onStatement: (sql: string) => void;
  },
): Intake {
  const chunks: Buffer[] = [];
  const tables: ExternalTable[] = [];
  let bytes = 0;
  return {
    take(chunk) {
      bytes += chunk.length;
      if (bytes > MAX_MULTIPART_BYTES) {
        const message = `A multipart request of more than ${MAX_MULTIPART_BYTES} bytes. (QUERY_IS_TOO_LARGE)`;
        throw new ServerError(QUERY_IS_TOO_LARGE, message);
      }
      chunks.push(chunk);
    },
    finish() {
      for (const { name, data } of partsOf(Buffer.concat(chunks), boundary)) {
        const structure = head.tables.get(`${name}_structure`);
        if (structure === undefined) {
          const message = `Neither structure nor types have not been provided for external table ${name}. Use fields ${name}_structure or ${name}_types to do so. (BAD_ARGUMENTS)`;
          throw new ServerError(BAD_ARGUMENTS, message);
        }
        const format = head.tables.get(`${name}_format`) ?? 'TabSeparated';
        const file = files.create(data.length);
        tables.push({ name, format, structure, file });
        file.write(data);
        file.seal();
      }
      const sql = head.sql.trim();
      onStatement(sql);
      return { kind: 'query', sql, tables };
    },
    discard() {
      for (const { file } of tables) file.release();
    },
  };
}

/**
 * Runs before the settings of the request are set, because one of them may make the session read-only. Those that say how data is
 * read count for the tables, as on a server.
 */
export async function createExternalTables(
  session: EngineSession,
  tables: readonly ExternalTable[],
  settings: RequestHead['settings'],
): Promise<void> {
  if (tables.length > 0) await session.query(PERMISSIVE, 'TabSeparated');
  for (const [name, value] of settings) {
    if (tables.length === 0 || !/^input_format_\w+$/.test(name)) continue;
    await session.query(`SET ${name} = ${literal(value)}`, 'TabSeparated');
  }
  for (const { name, format, structure, file } of tables) {
    await session.query(
      `CREATE TEMPORARY TABLE ${name} (${structure}) ENGINE = Memory`,
      'TabSeparated',
    );
    await session.insert(`INSERT INTO ${name} FROM INFILE ${literal(file.path)} FORMAT ${format}`);
  }
}

function partsOf(
  body: Buffer,
  boundary: string,
): readonly { readonly name: string; readonly data: Buffer }[] {
  const delimiter = `--${boundary}`;
  const parts: { name: string; data: Buffer }[] = [];
  let at = body.indexOf(delimiter);
  for (;;) {
    const start = at + delimiter.length;
    const end = body.indexOf(`${LINE_END}${delimiter}`, start);
    if (at < 0 || end < 0) return parts;
    const headEnd = body.indexOf(LINE_END.repeat(2), start);
    const head = body.toString('latin1', start, headEnd);
    const name = /\bname="(\w+)"/.exec(head)?.[1];
    // A part without a file name is a field of the request, not a table.
    if (name !== undefined && head.includes('filename='))
      parts.push({ name, data: body.subarray(headEnd + 4, end) });
    at = end + LINE_END.length;
  }
}
