import { Buffer } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { NativeColumn } from '../native/native.js';
import { nativeBlock } from '../native/native.js';
import type { RequestBody, Settings } from './exchange.js';

/**
 * A table that a query brings with it and that is gone afterwards ("external data for query processing"). Unlike a literal
 * in the statement, its rows stand in no log of the server.
 */
export interface QueryTable {
  /** A plain identifier. */
  readonly name: string;
  readonly rows: number;
  /** Names are plain identifiers. */
  readonly columns: readonly NativeColumn[];
}

/** How a query with a table is sent over HTTP: the table as a file of a form, its structure in the address. */
export function withTable({ name, rows, columns }: QueryTable): {
  readonly settings: Settings;
  readonly body: Pick<RequestBody, 'parts' | 'contentType'>;
} {
  const boundary = `millrace-${randomUUID()}`;
  const head =
    `--${boundary}\r\nContent-Disposition: form-data; name="${name}"; filename="${name}"\r\n` +
    'Content-Type: application/octet-stream\r\n\r\n';
  return {
    settings: {
      [`${name}_format`]: 'Native',
      [`${name}_structure`]: columns.map((column) => `${column.name} ${column.type}`).join(', '),
    },
    body: {
      parts: [
        Buffer.from(head),
        ...nativeBlock(rows, columns),
        Buffer.from(`\r\n--${boundary}--\r\n`),
      ],
      contentType: `multipart/form-data; boundary=${boundary}`,
    },
  };
}
