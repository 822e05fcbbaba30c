/** Traffic that a test holds in its hand, until it decides what becomes of it. */
export interface Held<About> {
  readonly about: About;
  /** It goes on as if nothing had been. */
  release(): void;
  /** It never arrives: its connection is reset. */
  drop(): void;
}

/** Points in a piece of traffic where a test can take it in its hand. */
export interface Checkpoints<Point extends string, About> {
  /** Resolves once traffic that fits has come to the point. It waits there. Rejects where none comes. */
  hold(point: Point, fits?: (about: About) => boolean): Promise<Held<About>>;
  /** For whoever passes the traffic on: resolves with whether it may go on. */
  pass(point: Point, about: About): Promise<boolean>;
  /** Nobody waits any more; what is held goes on. */
  clear(): void;
}

/** Longer than any pipeline takes to come to its next batch, whatever was done to it. */
const PATIENCE_MS = 180_000;

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
      // Whoever does not wait for it any more does not miss it.
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
