import { createServer } from 'node:http';

export interface Health {
  close(): Promise<void>;
}

/**
 * Answers `/live` as long as the event loop turns, and `/ready` with 200 while the worker takes tasks and 503 otherwise.
 * `address` is HOST:PORT.
 */
export async function serveHealth(address: string, isReady: () => boolean): Promise<Health> {
  const [host, port] = address.split(':');
  const server = createServer((request, response) => {
    const ok = request.url === '/live' || (request.url === '/ready' && isReady());
    response.statusCode = ok ? 200 : request.url === '/ready' ? 503 : 404;
    response.end(ok ? 'ok\n' : 'no\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(Number(port), host, resolve);
  });
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
