import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HangingSink {
  readonly url: string;
  /** From now on no insert is answered. */
  hang(): void;
  close(): void;
}

/** Accepts inserts like ClickHouse until it hangs, so that a batch of Spark stays unfinished. */
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
