import { BROKEN_INSERTS } from './cases/broken-inserts.js';
import { CHANGED_TABLES } from './cases/changed-tables.js';
import { KILLED_CLICKHOUSE } from './cases/killed-clickhouse.js';
import { KILLED_WORKERS } from './cases/killed-workers.js';
import { LATE_INSERTS } from './cases/late-inserts.js';
import { LEAVING_WORKERS } from './cases/leaving-workers.js';
import { REFUSING_CLICKHOUSE } from './cases/refusing-clickhouse.js';
import { STARTED_AGAIN } from './cases/started-again.js';
import { ZOMBIE_WORKERS } from './cases/zombie-workers.js';
import type { FaultCase } from './fault-case.js';

/** Every case, in the order of the table. Each group has servers of its own. */
export const CASES: readonly FaultCase[] = [
  ...KILLED_WORKERS,
  ...STARTED_AGAIN,
  ...ZOMBIE_WORKERS,
  ...LATE_INSERTS,
  ...LEAVING_WORKERS,
  ...KILLED_CLICKHOUSE,
  ...BROKEN_INSERTS,
  ...REFUSING_CLICKHOUSE,
  ...CHANGED_TABLES,
];
