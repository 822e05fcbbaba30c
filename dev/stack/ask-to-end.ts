import process from 'node:process';

/** How often to check whether the program that started this one still runs. */
const PARENT_CHECK_MS = 500;

/** A program that runs until somebody asks it to end. */
export interface AskedToEnd {
  /** Resolves with the reason; empty if a person asked. */
  readonly asked: Promise<string>;
  readonly ask: (why: string) => void;
}

/**
 * Waits for Ctrl-C, SIGTERM, the closing of the terminal, or the end of the parent. The parent is npm, which passes Ctrl-C on
 * from the terminal. If it is killed with SIGKILL, nothing passes Ctrl-C on any more.
 */
export function untilAskedToEnd(): AskedToEnd {
  let ask!: (why: string) => void;
  const asked = new Promise<string>((resolve) => {
    ask = resolve;
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // A signal may arrive twice, from the terminal and from npm. The second one must not interrupt the shutdown.
    process.on(signal, () => {
      ask('');
    });
  }
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) ask('the program that started them has ended');
  }, PARENT_CHECK_MS);
  // The servers keep this process alive, but this timer must not: the process ends if they could not be started.
  timer.unref();
  void asked.then(() => {
    clearInterval(timer);
  });
  return { asked, ask };
}
