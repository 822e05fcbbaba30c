import { Context } from '@temporalio/activity';

const BEAT_MS = 1_000;

/** Heartbeats while work of unknown length is done, so that a worker that dies is noticed and a slow server is waited for. */
export async function beating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => {
    context.heartbeat();
  }, BEAT_MS);
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
