import process from 'node:process';

/** How often to look whether the program that started this one is still there. */
const PARENT_CHECK_MS = 500;

/** A program that stays up until somebody wants it to end. */
export interface AskedToEnd {
  /** Resolves with why; empty where a person asked. */
  readonly asked: Promise<string>;
  readonly ask: (why: string) => void;
}

/**
 * Waits for Ctrl-C, SIGTERM, the closing of the terminal, or the end of the parent: npm stands between the terminal and
 * this process, and when that is killed hard nobody is left to pass Ctrl-C on.
 */
export function untilAskedToEnd(): AskedToEnd {
  let ask!: (why: string) => void;
  const asked = new Promise<string>((resolve) => {
    ask = resolve;
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    // They may come twice, from the terminal and from npm: the second one must not end it half way.
    process.on(signal, () => {
      ask('');
    });
  }
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid !== parent) ask('the program that started them has ended');
  }, PARENT_CHECK_MS);
  // The servers keep this process up, and not the looking: when they could not be started it ends.
  timer.unref();
  void asked.then(() => {
    clearInterval(timer);
  });
  return { asked, ask };
}
