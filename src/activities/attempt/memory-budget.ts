/** Bytes shared by all batches of a worker, so that memory is bounded per process and not per pipeline. */
export interface MemoryBudget {
  /** Waits until so many bytes are free; more than the whole budget waits for all of it. */
  take(bytes: number, signal: AbortSignal): Promise<() => void>;
  /** Null where so many bytes are not free now. For what already holds some: if it waited for more, all might wait. */
  tryTake(bytes: number): (() => void) | null;
}

interface Waiter {
  readonly bytes: number;
  readonly start: () => void;
}

export function createMemoryBudget(totalBytes: number): MemoryBudget {
  let freeBytes = totalBytes;
  const waiters: Waiter[] = [];

  /** First come, first served: a large batch is not overtaken for ever by small ones. */
  const serve = () => {
    for (let first = waiters[0]; first && first.bytes <= freeBytes; first = waiters[0]) {
      waiters.shift();
      freeBytes -= first.bytes;
      first.start();
    }
  };

  const releaseOnce = (bytes: number) => {
    let released = false;
    return () => {
      if (released) return;
      released = true;
      freeBytes += bytes;
      serve();
    };
  };

  return {
    tryTake(bytes) {
      if (bytes > freeBytes) return null;
      freeBytes -= bytes;
      return releaseOnce(bytes);
    },
    take(wanted, signal) {
      const bytes = Math.min(wanted, totalBytes);
      return new Promise((resolve, reject) => {
        const cancel = () => {
          const place = waiters.indexOf(waiter);
          if (place >= 0) waiters.splice(place, 1);
          reject(signal.reason as Error);
          serve();
        };
        const release = releaseOnce(bytes);
        const waiter: Waiter = {
          bytes,
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
