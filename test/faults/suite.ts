import { KILLED_WORKERS } from './cases/killed-workers.js';
import { LEAVING_WORKERS } from './cases/leaving-workers.js';
import { ZOMBIE_WORKERS } from './cases/zombie-workers.js';
import type { FaultCase } from './fault-case.js';

/** Every case, in the order of the table. Each group has servers of its own. */
export const CASES: readonly FaultCase[] = [
  ...KILLED_WORKERS,
  ...ZOMBIE_WORKERS,
  ...LEAVING_WORKERS,
];
