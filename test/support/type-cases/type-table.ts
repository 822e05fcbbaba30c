import { CONTAINER_ROWS } from './container-rows.js';
import { NUMBER_ROWS } from './number-rows.js';
import { TEXT_ROWS } from './text-rows.js';
import type { TypeRow } from './type-row.js';

export const TYPE_TABLE: readonly TypeRow[] = [...NUMBER_ROWS, ...TEXT_ROWS, ...CONTAINER_ROWS];
