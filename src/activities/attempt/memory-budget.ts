/** Bytes shared by all batches of a worker, so that memory is bounded per process and not per pipeline. */
export interface MemoryBudget {
  /**
   * Waits until so many bytes are free; more than the whole budget waits for all of it. `owner` is the pipeline's topic: where
   * there are several, one that holds some already leaves a share to the others.
   */
  take(bytes: number, signal: AbortSignal, owner?: string): Promise<() => void>;
  /** Null where so many bytes are not free now. For what already holds some: if it waited for more, all might wait. */
  tryTake(bytes: number): (() => void) | null;
}

/**
 * This share is for owners that hold nothing: one whose table or broker hangs, lane after lane, must not take the memory that
 * all others need.
 */
const SHARE_FOR_OTHERS = 1 / 4;

interface Waiter {
  readonly bytes: number;
  readonly owner: string;
  readonly start: () => void;
}

/** What is taken without an owner has no share of its own. */
const NOBODY = '';

export function createMemoryBudget(totalBytes: number): MemoryBudget {
  const ownMaxBytes = totalBytes * (1 - SHARE_FOR_OTHERS);
  let freeBytes = totalBytes;
  const heldBytes = new Map<string, number>();
  /** A worker of one pipeline has nobody to leave memory to. */
  const owners = new Set<string>();
  const waiters: Waiter[] = [];

  const hold = (owner: string, bytes: number) => {
    freeBytes -= bytes;
    const held = (heldBytes.get(owner) ?? 0) + bytes;
    if (held === 0) heldBytes.delete(owner);
    else heldBytes.set(owner, held);
  };

  const isWithinShare = ({ owner, bytes }: Waiter) => {
    const held = owner === NOBODY ? 0 : (heldBytes.get(owner) ?? 0);
    return held === 0 || owners.size < 2 || held + bytes <= ownMaxBytes;
  };

  /** First come, first served: a large batch is not overtaken for ever by small ones. Who has its share is passed over. */
  const serve = () => {
    for (;;) {
      const first = waiters.find(isWithinShare);
      if (first === undefined || first.bytes > freeBytes) return;
      waiters.splice(waiters.indexOf(first), 1);
      hold(first.owner, first.bytes);
      first.start();
    }
  };

  const releaseOnce = (bytes: number, owner: string) => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      hold(owner, -bytes);
      serve();
    };
  };

  return {
    tryTake(bytes) {
      if (bytes > freeBytes) return null;
      hold(NOBODY, bytes);
      return releaseOnce(bytes, NOBODY);
    },
    take(wanted, signal, owner = NOBODY) {
      const bytes = Math.min(wanted, totalBytes);
      owners.add(owner);
      return new Promise((resolve, reject) => {
        const cancel = () => {
          const place = waiters.indexOf(waiter);
          if (place >= 0) waiters.splice(place, 1);
          reject(signal.reason as Error);
          serve();
        };
        const release = releaseOnce(bytes, owner);
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
