import { Buffer } from 'node:buffer';
import { connect, isIP, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';

interface FrameReaderOptions {
  /** Returns a buffer of exactly `size` bytes, with any content. */
  readonly allocate: (size: number) => Buffer;
  readonly onFrame: (frame: Buffer) => void;
}

/** The part of a kafkajs connection that concerns its login. */
export interface Session {
  /** Milliseconds from the login until the broker ends the session, a 64-bit integer of kafkajs's own; 0 without an end. */
  readonly sessionLifetime: { toString(): string };
}

/** The part of a kafkajs connection that concerns its requests. */
interface Idling {
  readonly requestQueue: {
    readonly pending: readonly unknown[];
    scheduleCheckPendingRequests(): void;
  };
}

/** Detects a peer that vanished silently on an idle connection. */
const KEEP_ALIVE_MS = 60_000;

/** One read of a plain socket. Larger than Node's 64 KiB: a fetch is megabytes. */
const READ_BYTES = 256 * 1_024;

/** No answer of Kafka is larger. A larger one comes from something else, for example a port that speaks TLS or HTTP. */
const MAX_FRAME_BYTES = 1 << 30;

const LENGTH_BYTES = 4;

/** As kafkajs does by itself. */
const RENEW_BEFORE_MS = 10_000;

/** A broker refuses a login within a second of the last one on the same connection (KIP-368), and an answer takes time too. */
const MIN_SESSION_MS = 2_000;

/** Opens a socket and keeps it in `open` until it has closed, so that every socket can be closed. */
export function openSocket(
  target: {
    readonly host: string;
    readonly port: number;
    /** Missing if TLS is not wanted. */
    readonly ssl?: ConnectionOptions;
    readonly onConnect: () => void;
  },
  open: Set<Socket>,
): Socket {
  const { host, port, ssl, onConnect } = target;
  // A certificate names hosts; TLS refuses an IP address as a server name.
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const socket: Socket = ssl
    ? connectTls({ host, port, ...servername, ...ssl }, onConnect)
    : connect({ host, port, onread: intoOneBuffer(() => socket) }, onConnect);
  socket.setKeepAlive(true, KEEP_ALIVE_MS);
  socket.setNoDelay(true);
  open.add(socket);
  socket.once('close', () => open.delete(socket));
  return socket;
}

/** Resolves when the socket has closed. The error notifies kafkajs, which doesn't listen for `close`. */
export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve();
    });
    socket.destroy(new Error('closed by this client'));
  });
}

/** Saves a buffer per read, and its garbage collection. The listener of `data` copies it at once. TLS can't do this. */
function intoOneBuffer(socket: () => Socket): OnReadOpts {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const callback = (size: number) => socket().emit('data', buffer.subarray(0, size));
  return { buffer, callback };
}

/**
 * Splits the bytes that a socket receives into answers. Every chunk is copied to its place at once, so that the socket can reuse
 * its buffer. kafkajs itself keeps the chunks of an answer and joins them, which makes garbage collection a third of the cost of
 * reading.
 */
export class FrameReader {
  readonly #options: FrameReaderOptions;
  readonly #length = Buffer.alloc(LENGTH_BYTES);
  #lengthBytes = 0;
  #frame: Buffer | null = null;
  #frameBytes = 0;

  constructor(options: FrameReaderOptions) {
    this.#options = options;
  }

  /** Throws if the bytes can't be an answer. */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      at = this.#frame === null ? this.#takeLength(chunk, at) : this.#take(this.#frame, chunk, at);
    }
  }

  #takeLength(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#length, this.#lengthBytes, at);
    this.#lengthBytes += taken;
    if (this.#lengthBytes === LENGTH_BYTES) {
      const size = this.#length.readUInt32BE();
      if (size > MAX_FRAME_BYTES) throw new RangeError('the server there is not Kafka');
      this.#frame = this.#options.allocate(size);
      this.#frameBytes = 0;
      this.#lengthBytes = 0;
    }
    return at + taken;
  }

  #take(frame: Buffer, chunk: Buffer, at: number): number {
    const taken = chunk.copy(frame, this.#frameBytes, at);
    this.#frameBytes += taken;
    if (this.#frameBytes === frame.length) {
      this.#frame = null;
      this.#options.onFrame(frame);
    }
    return at + taken;
  }
}

/**
 * kafkajs arms a timer after every answer, even if no request waits. Node 24 warns about it, because the delay is negative
 * (kafkajs issue 1751).
 */
export function withoutIdleTimers({ requestQueue }: Idling): void {
  const schedule = requestQueue.scheduleCheckPendingRequests.bind(requestQueue);
  requestQueue.scheduleCheckPendingRequests = () => {
    if (requestQueue.pending.length > 0) schedule();
  };
}

/**
 * A broker with `connections.max.reauth.ms` closes a connection that has not logged in again by then. kafkajs logs in again 10 s
 * before the end. In a session that is shorter, it would do so before every request, which the broker refuses. Half of the
 * session is early enough.
 */
export function withTimelyLogins(connection: Session): void {
  Object.defineProperty(connection, 'reauthenticationThreshold', {
    get: () => Math.min(RENEW_BEFORE_MS, Math.floor(lifetimeMs(connection) / 2)),
  });
}

/** Throws if the broker ends sessions faster than they can be renewed. `address` is the broker's. */
export function assertLongSession(connection: Session, address: string): void {
  const endsAfterMs = lifetimeMs(connection);
  if (endsAfterMs === 0 || endsAfterMs >= MIN_SESSION_MS) return;
  throw new Error(
    `Kafka broker ${address} ends each login after ${endsAfterMs} ms (its setting connections.max.reauth.ms), but accepts only one login per second on a connection, so Millrace can't stay logged in: set connections.max.reauth.ms to ${MIN_SESSION_MS} or more`,
  );
}

function lifetimeMs({ sessionLifetime }: Session): number {
  return Number(sessionLifetime.toString());
}
