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
  /** Resolves once traffic that fits has come to the point. It waits there. */
  hold(point: Point, fits?: (about: About) => boolean): Promise<Held<About>>;
  /** For whoever passes the traffic on: resolves with whether it may go on. */
  pass(point: Point, about: About): Promise<boolean>;
  /** Nobody waits any more; what is held goes on. */
  clear(): void;
}

interface Waiter<Point, About> {
  readonly point: Point;
  readonly fits: (about: About) => boolean;
  readonly resolve: (held: Held<About>) => void;
}

export function createCheckpoints<Point extends string, About>(): Checkpoints<Point, About> {
  const waiters: Waiter<Point, About>[] = [];
  const held = new Set<() => void>();
  return {
    hold: (point, fits = () => true) =>
      new Promise((resolve) => {
        waiters.push({ point, fits, resolve });
      }),
    async pass(point, about) {
      const index = waiters.findIndex((each) => each.point === point && each.fits(about));
      const [waiter] = index < 0 ? [] : waiters.splice(index, 1);
      if (waiter === undefined) return true;
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
      waiters.splice(0);
      for (const release of held) release();
    },
  };
}
