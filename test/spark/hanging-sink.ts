import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HangingSink {
  readonly url: string;
  /** From here on no insert is answered. */
  hang(): void;
  close(): void;
}

/** Takes inserts as ClickHouse does, until it is to hang: a batch of Spark's then stays unfinished. */
export async function startHangingSink(): Promise<HangingSink> {
  let isHanging = false;
  const server = createServer((request, response) => {
    request.resume();
    request.once('end', () => {
      if (!isHanging) response.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hang: () => {
      isHanging = true;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
