import { createServer } from 'node:http';
import { StartError } from './start-error.js';

/**
 * Answers `/live` as long as the event loop runs, and `/ready` with 200 while the worker takes tasks and 503 otherwise.
 * `address` is HOST:PORT; with null it serves nothing. Returns a function that stops it.
 */
export async function serveHealth(
  address: string | null,
  isReady: () => boolean,
): Promise<() => Promise<void>> {
  if (address === null) return () => Promise.resolve();
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  const server = createServer((request, response) => {
    const ok = request.url === '/live' || (request.url === '/ready' && isReady());
    response.statusCode = ok ? 200 : request.url === '/ready' ? 503 : 404;
    response.end(ok ? 'ok\n' : 'no\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ message }) => {
      reject(new StartError(`MILLRACE_HEALTH_ADDRESS: ${message}`));
    });
    server.listen(Number(address.slice(colon + 1)), host, resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => {
        resolve();
      });
      server.closeAllConnections();
    });
}
