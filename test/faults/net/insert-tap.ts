import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  type BodyLimit,
  forwardRequest,
  type Insert,
  type InsertPoint,
} from './forward-request.js';
import { type Checkpoints, createCheckpoints } from './held-traffic.js';

/** A proxy in front of ClickHouse that sees every INSERT and can hold it at several points. */
export interface InsertTap extends Pick<Checkpoints<InsertPoint, Insert>, 'hold' | 'clear'> {
  readonly port: number;
  /**
   * Buffers the whole body of an insert before any of it is passed on, as many proxies do. From the point `taken` on, the
   * insert no longer needs its sender.
   */
  takesBodies: boolean;
  /** Settings that inserts get as from a user's profile. None unless set. */
  profile: (insert: Insert) => Readonly<Record<string, string>>;
  /** A password that the server receives instead of the client's, for all requests. Null leaves requests unchanged. */
  password: string | null;
  /** Inserts with larger bodies are refused. Null: no limit. */
  bodyLimit: BodyLimit | null;
  /** How long the server took for the last insert, from the last byte to its answer, in milliseconds. */
  readonly lastInsertMs: number;
  /** Does nothing to requests. */
  rest(): void;
  close(): Promise<void>;
}

export async function openInsertTap(target: string): Promise<InsertTap> {
  const checkpoints = createCheckpoints<InsertPoint, Insert>();
  let lastInsertMs = 0;
  const server = createServer({ keepAliveTimeout: 30_000 }, (incoming, outgoing) => {
    forwardRequest(incoming, outgoing, {
      target,
      pass: checkpoints.pass,
      takesBodies: tap.takesBodies,
      bodyLimit: tap.bodyLimit,
      profile: (each) => tap.profile(each),
      password: tap.password,
      onInserted: (tookMs) => (lastInsertMs = tookMs),
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const tap: InsertTap = {
    port: (server.address() as AddressInfo).port,
    takesBodies: false,
    profile: () => ({}),
    password: null,
    bodyLimit: null,
    get lastInsertMs() {
      return lastInsertMs;
    },
    hold: checkpoints.hold,
    clear: checkpoints.clear,
    rest() {
      checkpoints.clear();
      tap.takesBodies = false;
      tap.profile = () => ({});
      tap.password = null;
      tap.bodyLimit = null;
    },
    async close() {
      checkpoints.clear();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return tap;
}

export const isRows = ({ isDeadLetters }: Insert): boolean => !isDeadLetters;
