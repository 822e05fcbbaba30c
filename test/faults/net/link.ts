import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Channel, openChannel } from './channel.js';
import { resetSocket } from './reset-socket.js';

/**
 * What happens to the bytes of a link.
 * - `late`: each is delayed by this much, in both directions.
 * - `narrow`: this many pass per second, in both directions.
 * - `held`: none passes, and all arrive when the link is open again, as after lost packets in TCP.
 * - `silent`: connections are accepted, and all bytes are dropped. Connections that were open then stay dead.
 * - `refused`: every connection is reset, open and new ones.
 */
export type Condition =
  | { readonly kind: 'open' | 'held' | 'silent' | 'refused' }
  | { readonly kind: 'late'; readonly delayMs: number }
  | { readonly kind: 'narrow'; readonly bytesPerSecond: number };

export type Direction = 'toServer' | 'toClient';

/** Sees every piece of a connection before it is passed on. While it waits, nothing is passed on in that direction. */
export type Watcher = (direction: Direction, bytes: Buffer) => Promise<void> | void;

export interface LinkOptions {
  /** Port of 127.0.0.1. */
  readonly target: number;
  /** Creates a watcher for each connection. */
  readonly watch?: () => Watcher;
}

/** A network link of the test between a client and a server. */
export interface Link {
  readonly port: number;
  readonly condition: Condition;
  set(condition: Condition): void;
  /** Opens the link again. Connections that were silent meanwhile are reset, as by a router that has forgotten them. */
  heal(): void;
  /** Resets all current connections. */
  reset(): void;
  close(): Promise<void>;
}

export const OPEN: Condition = { kind: 'open' };

export async function openLink({ target, watch }: LinkOptions): Promise<Link> {
  let condition: Condition = OPEN;
  const connections = new Set<Connection>();
  const server = createServer({ noDelay: true, pauseOnConnect: true }, (client) => {
    if (condition.kind === 'refused') {
      resetSocket(client);
      return;
    }
    const connection = join(client, connect({ port: target, host: '127.0.0.1', noDelay: true }), {
      watcher: watch?.() ?? (() => undefined),
      condition,
    });
    connections.add(connection);
    client.once('close', () => connections.delete(connection));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const reset = () => {
    for (const connection of connections) connection.reset();
  };
  const set = (next: Condition) => {
    condition = next;
    if (next.kind === 'refused') reset();
    for (const connection of connections) connection.set(next);
  };
  return {
    port: (server.address() as AddressInfo).port,
    get condition() {
      return condition;
    },
    set,
    heal() {
      for (const connection of connections) if (connection.isDead()) connection.reset();
      set(OPEN);
    },
    reset,
    async close() {
      reset();
      server.close();
      await once(server, 'close');
    },
  };
}

interface Connection {
  set(condition: Condition): void;
  isDead(): boolean;
  reset(): void;
}

function join(
  client: Socket,
  server: Socket,
  { watcher, condition }: { readonly watcher: Watcher; readonly condition: Condition },
): Connection {
  const reset = () => {
    resetSocket(client);
    resetSocket(server);
  };
  const channel = (direction: Direction): Channel =>
    openChannel({
      from: direction === 'toServer' ? client : server,
      to: direction === 'toServer' ? server : client,
      condition,
      watch: (bytes) => watcher(direction, bytes),
      onBroken: reset,
    });
  const channels = [channel('toServer'), channel('toClient')];
  return {
    set(next) {
      for (const each of channels) each.set(next);
    },
    isDead: () => channels.some((each) => each.isDead()),
    reset,
  };
}
