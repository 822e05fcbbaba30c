/** Bytes shared by all batches of a worker, so that memory is bounded per process and not per pipeline. */
export interface MemoryBudget {
  /**
   * Waits until `bytes` are free; a request for more than the whole budget waits for all of it. `owner` is the topic. If there
   * are several, one that already holds memory leaves a share to the others.
   */
  take(owner: string, bytes: number, signal: AbortSignal): Promise<() => void>;
  /** Null if `bytes` are not free now. For owners that already hold memory: if they waited for more, they might deadlock. */
  tryTake(owner: string, bytes: number): (() => void) | null;
}

/** Reserved for owners that hold nothing: a pipeline whose table or broker hangs must not take the memory that others need. */
const SHARE_FOR_OTHERS = 1 / 4;

interface Waiter {
  readonly bytes: number;
  readonly owner: string;
  readonly start: () => void;
}

export function createMemoryBudget(totalBytes: number): MemoryBudget {
  const ownMaxBytes = totalBytes * (1 - SHARE_FOR_OTHERS);
  let freeBytes = totalBytes;
  const heldBytes = new Map<string, number>();
  /** Everyone who ever asked. A worker of one pipeline need not leave memory to others. */
  const owners = new Set<string>();
  const waiters: Waiter[] = [];

  const hold = (owner: string, bytes: number) => {
    freeBytes -= bytes;
    const held = (heldBytes.get(owner) ?? 0) + bytes;
    if (held === 0) heldBytes.delete(owner);
    else heldBytes.set(owner, held);
  };

  const isWithinShare = ({ owner, bytes }: Waiter) => {
    const held = heldBytes.get(owner) ?? 0;
    return held === 0 || owners.size < 2 || held + bytes <= ownMaxBytes;
  };

  /** Serves waiters in order of arrival, so that small batches don't overtake a large one. Skips those beyond their share. */
  const serve = () => {
    for (;;) {
      const first = waiters.find(isWithinShare);
      if (first === undefined || first.bytes > freeBytes) return;
      waiters.splice(waiters.indexOf(first), 1);
      hold(first.owner, first.bytes);
      first.start();
    }
  };

  const releaseOnce = (owner: string, bytes: number) => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      hold(owner, -bytes);
      serve();
    };
  };

  return {
    tryTake(owner, bytes) {
      if (bytes > freeBytes) return null;
      hold(owner, bytes);
      return releaseOnce(owner, bytes);
    },
    take(owner, wanted, signal) {
      const bytes = Math.min(wanted, totalBytes);
      owners.add(owner);
      return new Promise((resolve, reject) => {
        const cancel = () => {
          const place = waiters.indexOf(waiter);
          if (place >= 0) waiters.splice(place, 1);
          reject(signal.reason as Error);
          serve();
        };
        const release = releaseOnce(owner, bytes);
        const waiter: Waiter = {
          bytes,
          owner,
          start: () => {
            signal.removeEventListener('abort', cancel);
            resolve(release);
          },
        };
        if (signal.aborted) {
          cancel();
          return;
        }
        signal.addEventListener('abort', cancel, { once: true });
        waiters.push(waiter);
        serve();
      });
    },
  };
}
