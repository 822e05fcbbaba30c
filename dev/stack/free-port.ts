import { randomInt } from 'node:crypto';
import { connect, createServer } from 'node:net';
import { StackError } from './stack-error.js';

/**
 * Ports are below the range that systems use for outgoing connections (from 32,768 on Linux). Otherwise, a client that keeps
 * reconnecting to a killed server could be given the server's own port as its local port, and block it.
 */
const LOWEST = 15_000;
const HIGHEST = 32_000;
const TRIES = 200;

/** A port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if (await isFree(port)) return port;
  }
  throw new StackError(
    `none of the ${TRIES} ports that were tried between ${LOWEST} and ${HIGHEST} is free: stop other programs`,
  );
}

export function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => {
      resolve(false);
    });
    probe.listen({ port, host: '127.0.0.1' }, () => {
      probe.close(() => {
        resolve(true);
      });
    });
  });
}

/** Whether a server listens on a port of 127.0.0.1. */
export function answersOnPort(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (isThere: boolean) => () => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('connect', end(true)).once('error', end(false));
  });
}
