import type { Stack } from '../../dev/stack/start-stack.js';
import type { Sql } from './sql.js';

/** What every move shares. */
export interface Stage {
  readonly stack: Stack;
  readonly sql: Sql;
  /** Folder of the built worker, as an image runs it. */
  readonly build: string;
}
