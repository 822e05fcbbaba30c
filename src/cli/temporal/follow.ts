import { setTimeout as sleep } from 'node:timers/promises';
import { ClientError } from '../../client/client-error.js';
import { createProgressLine } from '../text/progress-line.js';
import type { Invocation } from '../verb.js';

const POLL_MS = 2_000;

/** The exit code that shells use: 128 plus the number of SIGINT. */
export const EXIT_INTERRUPTED = 130;

export interface Followed<Result> {
  /** The result of the workflow. */
  readonly result: Promise<Result>;
  /** Its progress in one line. */
  readonly progress: () => Promise<string>;
}

/** Waits for the end of a workflow and shows its progress. Null if Ctrl-C ended the wait: the workflow continues. */
export async function follow<Result>(
  { stderr, interrupted }: Pick<Invocation, 'stderr' | 'interrupted'>,
  { result, progress }: Followed<Result>,
): Promise<Result | null> {
  const line = createProgressLine(stderr);
  const signal = interrupted();
  const isInterrupted = new Promise<null>((resolve) => {
    signal.addEventListener('abort', () => {
      resolve(null);
    });
  });
  let isOver = false;
  const over = result.finally(() => (isOver = true));
  over.catch(() => undefined);
  try {
    for (;;) {
      const ended = await Promise.race([over.then((value) => ({ value })), isInterrupted, poll()]);
      if (ended === null) return null;
      if (ended !== 'polled') return ended.value;
    }
  } finally {
    line.end();
  }

  async function poll(): Promise<'polled'> {
    const text = await progress().catch(unlessUnanswered);
    if (!isOver) line.show(text);
    await sleep(POLL_MS);
    return 'polled';
  }
}

function unlessUnanswered(error: unknown): string {
  if (error instanceof ClientError && error.kind === 'no-answer') return error.message;
  throw error;
}
