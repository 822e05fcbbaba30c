import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, deflate, gzip } from 'node:zlib';
import { compressBlocks } from './compressed-blocks.js';
import type { Engine } from './engine.js';
import { nativeForRevision } from './native-revision.js';
import type { AnswerEncoding } from './request.js';
import type { Outcome } from './run-statement.js';
import { errorText, httpStatusOf, type ServerError } from './server-error.js';

const CONTENT_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^(?:TabSeparated|TSV)/, 'text/tab-separated-values; charset=UTF-8'],
  [/^CSV/, 'text/csv; charset=UTF-8'],
  [/^JSON(?:Compact)?(?:Strings)?EachRow/, 'application/x-ndjson; charset=UTF-8'],
  [/^JSON/, 'application/json; charset=UTF-8'],
  [/^(?:Native|RowBinary|Parquet|Arrow|ORC|Avro|MsgPack|BSON)/, 'application/octet-stream'],
];

/** In the order of preference. Each runs on a thread, at a level that costs little. */
const COMPRESSIONS = {
  gzip: (bytes: Uint8Array) => promisify(gzip)(bytes, { level: 3 }),
  deflate: (bytes: Uint8Array) => promisify(deflate)(bytes, { level: 3 }),
  br: (bytes: Uint8Array) => promisify(brotliCompress)(bytes),
} as const;

export async function sendOutcome(
  response: ServerResponse,
  { timezone }: Engine,
  { outcome, encoding }: { readonly outcome: Outcome; readonly encoding: AnswerEncoding },
): Promise<void> {
  response.setHeader('X-ClickHouse-Timezone', timezone);
  response.setHeader('X-ClickHouse-Summary', JSON.stringify(summaryOf(outcome)));
  if (outcome.kind === 'insert') {
    response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
    response.end();
    return;
  }
  const { format, result } = outcome;
  const type = CONTENT_TYPES.find(([pattern]) => pattern.test(format))?.[1];
  response.setHeader('Content-Type', type ?? 'text/plain; charset=UTF-8');
  response.setHeader('X-ClickHouse-Format', format);
  const compression = (['gzip', 'deflate', 'br'] as const).find((name) =>
    encoding.accepted.includes(name),
  );
  const bytes = framed(result.bytes, { format, encoding });
  if (compression === undefined) {
    response.end(bytes);
    return;
  }
  const compressed = await COMPRESSIONS[compression](bytes);
  response.setHeader('Content-Encoding', compression);
  response.end(compressed);
}

function framed(
  bytes: Uint8Array,
  { format, encoding }: { readonly format: string; readonly encoding: AnswerEncoding },
): Uint8Array {
  const native = format === 'Native' ? nativeForRevision(bytes, encoding.nativeRevision) : bytes;
  return encoding.wantsCompressedBlocks ? compressBlocks(native) : native;
}

export function sendError(response: ServerResponse, error: ServerError, version: string): void {
  response.statusCode = httpStatusOf(error.code);
  response.setHeader('Content-Type', 'text/plain; charset=UTF-8');
  response.setHeader('X-ClickHouse-Exception-Code', String(error.code));
  response.end(errorText(error, version));
}

/**
 * Strings, as the server sends them. The embedded engine does not report what a query read, only the size of its result: the
 * query has read at least that much.
 */
function summaryOf(outcome: Outcome) {
  const inserted = outcome.kind === 'insert' ? outcome.result : undefined;
  const selected = outcome.kind === 'query' ? outcome.result : undefined;
  const figures = {
    read_rows: inserted?.writtenRows ?? selected?.rows ?? 0,
    read_bytes: inserted?.writtenBytes ?? selected?.resultBytes ?? 0,
    written_rows: inserted?.writtenRows ?? 0,
    written_bytes: inserted?.writtenBytes ?? 0,
    total_rows_to_read: 0,
    result_rows: inserted?.writtenRows ?? selected?.rows ?? 0,
    result_bytes: inserted?.writtenBytes ?? selected?.resultBytes ?? 0,
    elapsed_ns: Math.round(1e9 * outcome.result.elapsedSeconds),
  };
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, String(value)]));
}
