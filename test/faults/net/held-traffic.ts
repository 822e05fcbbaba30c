import { PATIENCE_MS } from '../../support/wait-until.js';

/** Traffic that a test holds until it decides what happens to it. */
export interface Held<About> {
  readonly about: About;
  /** It continues unchanged. */
  release(): void;
  /** It never arrives: its connection is reset. */
  drop(): void;
}

/** Points in a piece of traffic where a test can hold it. */
export interface Checkpoints<Point extends string, About> {
  /** Resolves once matching traffic has reached the point, where it waits. Rejects if none does. */
  hold(point: Point, fits?: (about: About) => boolean): Promise<Held<About>>;
  /** For the code that passes the traffic on: resolves with whether it may continue. */
  pass(point: Point, about: About): Promise<boolean>;
  /** Nobody waits any longer, and held traffic continues. */
  clear(): void;
}

interface Waiter<Point, About> {
  readonly point: Point;
  readonly fits: (about: About) => boolean;
  readonly resolve: (held: Held<About>) => void;
  readonly timer: NodeJS.Timeout;
}

export function createCheckpoints<Point extends string, About>(): Checkpoints<Point, About> {
  const waiters = new Set<Waiter<Point, About>>();
  const held = new Set<() => void>();
  return {
    hold(point, fits = () => true) {
      const { promise, resolve, reject } = withResolvers<Held<About>>();
      const timer = setTimeout(() => {
        waiters.delete(waiter);
        reject(new Error(`in ${PATIENCE_MS} ms nothing came to the point '${point}'`));
      }, PATIENCE_MS);
      const waiter = { point, fits, resolve, timer };
      waiters.add(waiter);
      // A caller that no longer waits does not need the result.
      promise.catch(() => undefined);
      return promise;
    },
    async pass(point, about) {
      const waiter = [...waiters].find((each) => each.point === point && each.fits(about));
      if (waiter === undefined) return true;
      waiters.delete(waiter);
      clearTimeout(waiter.timer);
      return new Promise((resolve) => {
        const decide = (goesOn: boolean) => () => {
          held.delete(release);
          resolve(goesOn);
        };
        const release = decide(true);
        held.add(release);
        waiter.resolve({ about, release, drop: decide(false) });
      });
    },
    clear() {
      for (const { timer } of waiters) clearTimeout(timer);
      waiters.clear();
      for (const release of held) release();
    },
  };
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
