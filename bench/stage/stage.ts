import type { Stack } from '../../dev/stack/start-stack.js';
import type { Sql } from './sql.js';

/** What all moves share. */
export interface Stage {
  readonly stack: Stack;
  readonly sql: Sql;
  /** Folder of the built worker, as in the image. */
  readonly build: string;
}
