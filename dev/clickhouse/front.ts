import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendError, sendOutcome } from './answer.js';
import { createBodyFiles } from './body-files.js';
import { type Account, authenticate } from './credentials.js';
import type { Engine } from './engine.js';
import { ClientGone, readIncoming } from './incoming.js';
import { parseRequestHead, type RequestHead } from './request.js';
import { createRunningQueries } from './running-queries.js';
import { type Outcome, runStatement } from './run-statement.js';
import { type ServerError, SOCKET_TIMEOUT, toServerError } from './server-error.js';
import type { Slots } from './slots.js';

export interface FrontOptions {
  readonly engine: Engine;
  readonly slots: Slots;
  readonly account: Account;
  /** How long the body of a request may stall. */
  readonly bodyIdleMs: number;
}

export type RequestListener = (request: IncomingMessage, response: ServerResponse) => void;

const ALIVE_PATHS = new Set(['/ping', '/replicas_status']);

/** ClickHouse's HTTP interface over the embedded engine. */
export function createFront({ engine, slots, account, bodyIdleMs }: FrontOptions): RequestListener {
  const running = createRunningQueries();
  const files = createBodyFiles();

  async function run(request: IncomingMessage, head: RequestHead): Promise<Outcome> {
    const { queryId, userAgent } = head;
    const query = running.enter({ queryId, userAgent, user: account.user });
    try {
      const incoming = await readIncoming(request, head, {
        files,
        idleMs: bodyIdleMs,
        onStatement: (sql) => {
          query.sql = sql;
        },
      });
      // As on a server, a client that disconnects from here on changes nothing: the engine finishes the statement.
      return await runStatement({ engine, slots, running }, { head, query }, incoming);
    } finally {
      // Leave the list before the answer goes out, so that a client with the answer sees that the query has ended.
      running.leave(query);
    }
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    response.setHeader('X-ClickHouse-Server-Display-Name', 'millrace-development');
    try {
      const head = parseRequestHead(request);
      if (isAliveQuestion(head)) {
        response.setHeader('Content-Type', 'text/html; charset=UTF-8');
        response.end('Ok.\n');
        return;
      }
      if (head.path !== '/') {
        response.statusCode = 404;
        response.end(`There is no handle ${head.path}\n`);
        return;
      }
      response.setHeader('X-ClickHouse-Query-Id', head.queryId);
      authenticate(head.credentials, account);
      const outcome = await run(request, head);
      await sendOutcome(response, engine, { outcome, encoding: head.answer });
    } catch (error) {
      if (error instanceof ClientGone) response.destroy();
      else fail(response, toServerError(error));
    }
  }

  function fail(response: ServerResponse, error: ServerError): void {
    // The rest of a stalled body may never come, so the connection can't be used again.
    if (error.code === SOCKET_TIMEOUT) response.setHeader('Connection', 'close');
    sendError(response, error, engine.version);
  }

  return (request, response) => {
    void answer(request, response);
  };
}

function isAliveQuestion({ path, method, sql }: RequestHead): boolean {
  return ALIVE_PATHS.has(path) || (path === '/' && method === 'GET' && sql === '');
}
