import type { Socket } from 'node:net';

/**
 * Resets a connection, as a router does that knows nothing of it. Where the writing side is ending already, Node 20 can't
 * reset, and a handle that it tried on never closes: the process would spin at its exit.
 */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.writableEnded || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
