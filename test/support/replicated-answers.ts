import { readFileSync } from 'node:fs';
import { InsertFailed } from '../../src/domain/insert-failures/insert-error.js';
import { serverError } from '../../src/adapters/clickhouse/client/insert-errors.js';
import type { TableRow } from '../../src/adapters/clickhouse/schema/find-table.js';

interface Identity {
  readonly tables: { readonly first: TableRow; readonly second: TableRow };
  readonly replicas: readonly unknown[];
  readonly zookeeper: readonly unknown[];
  readonly zookeeperOfRecreated: readonly unknown[];
}

/** The answers of a server with Keeper about two replicas of one table. The file names its source. */
export function identityAnswers(): Identity {
  const file = new URL('../fixtures/replicated/identity.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Identity;
}

export function refusedWith(code: number, text = ''): InsertFailed {
  return new InsertFailed(
    serverError({
      text: `Code: ${code}. DB::Exception: ${text}`,
      code: String(code),
      status: 500,
      address: '',
    }),
  );
}
