import { setTimeout as sleep } from 'node:timers/promises';

/** Limits all connections of a producer together to one rate. */
export interface Pace {
  /** Resolves when this many more records may be sent. */
  wait(records: number): Promise<void>;
  acknowledged(records: number): void;
}

export function createPace(options: {
  /** Records per second. */
  readonly rate?: number;
  readonly onProgress?: (acknowledged: number) => void;
}): Pace {
  const { rate = Infinity, onProgress } = options;
  const startMs = performance.now();
  let sent = 0;
  let acknowledged = 0;
  return {
    async wait(records) {
      sent += records;
      const earlyMs = startMs + (sent / rate) * 1000 - performance.now();
      if (earlyMs > 0) await sleep(earlyMs);
    },
    acknowledged(records) {
      acknowledged += records;
      onProgress?.(acknowledged);
    },
  };
}
