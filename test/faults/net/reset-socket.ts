import type { Socket } from 'node:net';

/**
 * Resets a connection, as a router does that does not know it. If the writing side is already ending, Node 20 cannot
 * reset, and a handle on which it was tried never closes: the process would spin at its exit.
 */
export function resetSocket(socket: Socket): void {
  if (socket.destroyed) return;
  if (socket.writableEnded || socket.connecting) socket.destroy();
  else socket.resetAndDestroy();
}
