import { Buffer } from 'node:buffer';
import { type OnReadOpts, type Socket, connect, isIP } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';

/** Notices a peer that vanished without a word on a connection that nobody uses. */
const KEEP_ALIVE_MS = 60_000;

/** One read of a plain socket. Larger than Node's 64 KiB: a fetch is megabytes. */
const READ_BYTES = 256 * 1_024;

/** Opens a socket and keeps it among `open` until it has closed, so that none is ever out of reach. */
export function openSocket(
  target: {
    readonly host: string;
    readonly port: number;
    /** Missing where TLS is not wanted. */
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

/** Resolves when the socket is gone. The error is what tells kafkajs: it doesn't listen for `close`. */
export function closeSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => {
      resolve();
    });
    socket.destroy(new Error('closed by this client'));
  });
}

/** Saves a buffer per read, and the collecting of them. Whoever listens to `data` copies it at once. TLS can't do this. */
function intoOneBuffer(socket: () => Socket): OnReadOpts {
  const buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  const callback = (size: number) => socket().emit('data', buffer.subarray(0, size));
  return { buffer, callback };
}
