import { Context } from '@temporalio/activity';
import { HEARTBEAT_TIMEOUT_MS } from '../../domain/limits.js';

/** Twice within the timeout: work that is given to another worker too early is only done twice. */
function heartbeatPauseMs(): number {
  return (Context.current().info.heartbeatTimeoutMs ?? HEARTBEAT_TIMEOUT_MS) / 2;
}

/** Heartbeats while work of unknown length is done, so that a worker that dies is noticed and a slow server is waited for. */
export async function beating<T>(work: () => Promise<T>): Promise<T> {
  const context = Context.current();
  const beat = setInterval(() => {
    context.heartbeat();
  }, heartbeatPauseMs());
  try {
    return await work();
  } finally {
    clearInterval(beat);
  }
}
