import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A source that a query reads from and a test holds back: the query runs until the test lets it end, however slow the
 * machine is.
 */
export interface Gate {
  /** A table function with one column `n`, with the numbers 0 to `rows` - 1 once the gate is open. */
  readonly source: string;
  open(): void;
  close(): Promise<void>;
}

/** ClickHouse gives up after 30 s without an answer, unless a statement sets another limit. */
export const GATE_SETTINGS = 'http_receive_timeout = 600, http_max_tries = 1';

export async function openGate(rows = 1): Promise<Gate> {
  const waiting: ServerResponse[] = [];
  const numbers = Array.from({ length: rows }, (_, n) => `${n}\n`).join('');
  let isOpen = false;
  const server = createServer((request, response) => {
    // ClickHouse may ask for the size first.
    if (request.method === 'HEAD') response.end();
    else if (isOpen) response.end(numbers);
    else waiting.push(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    source: `url('http://127.0.0.1:${port}/', 'TSV', 'n UInt64')`,
    open() {
      isOpen = true;
      for (const response of waiting.splice(0)) response.end(numbers);
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
