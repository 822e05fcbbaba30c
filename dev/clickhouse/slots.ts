export type SlotUse = 'insert' | 'query';

/** Limits how many statements the engine runs at once. Others wait in their order of arrival, in one queue for each use. */
export interface Slots {
  run<T>(use: SlotUse, work: () => Promise<T>): Promise<T>;
  /** Resolves once nothing runs and nothing waits. */
  idle(): Promise<void>;
}

/**
 * Inserts leave one slot free for queries, so that a query for the running inserts never waits for those inserts.
 */
export function createSlots(total: number): Slots {
  const most = { insert: Math.max(1, total - 1), query: total };
  const waiting: Record<SlotUse, (() => void)[]> = { insert: [], query: [] };
  const idleWaiters: (() => void)[] = [];
  let busy = 0;
  let inserting = 0;

  function hasRoomFor(use: SlotUse): boolean {
    return busy < total && (use === 'query' || inserting < most.insert);
  }

  function take(use: SlotUse): void {
    busy += 1;
    if (use === 'insert') inserting += 1;
  }

  function giveBack(use: SlotUse): void {
    busy -= 1;
    if (use === 'insert') inserting -= 1;
    for (const next of ['query', 'insert'] as const) {
      while (waiting[next].length > 0 && hasRoomFor(next)) {
        take(next);
        waiting[next].shift()?.();
      }
    }
    if (busy === 0) for (const resolve of idleWaiters.splice(0)) resolve();
  }

  return {
    async run(use, work) {
      if (hasRoomFor(use)) take(use);
      else await new Promise<void>((resolve) => waiting[use].push(resolve));
      try {
        return await work();
      } finally {
        giveBack(use);
      }
    },
    idle: () =>
      busy === 0 ? Promise.resolve() : new Promise((resolve) => idleWaiters.push(resolve)),
  };
}
