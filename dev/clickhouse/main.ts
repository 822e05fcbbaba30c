import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type CommandLine, HELP, parseCommandLine } from './command-line.js';
import { createEngine, type Engine } from './engine.js';
import { createFront, type RequestListener } from './front.js';
import { createSlots, type Slots } from './slots.js';

/** Running statements have this long to end by themselves, and as long again to react to being killed. */
const GRACE_MS = 5_000;

/** Like the server's `keep_alive_timeout`. */
const KEEP_ALIVE_MS = 30_000;

function main(): void {
  const options = parseCommandLine(process.argv.slice(2));
  if (!options) {
    process.stdout.write(HELP);
    return;
  }
  const engine = createEngine(options.directory, options.engine);
  const slots = createSlots(options.sessions);
  const server = createHttpServer(options, createFront({ ...options, engine, slots }));
  server.listen(options.port, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    process.stderr.write(`${HELP.slice(0, HELP.indexOf('\n\n'))}\n`);
    process.stdout.write(`${JSON.stringify({ port, version: engine.version })}\n`);
  });
  server.on('error', fail);
  endOnRequest(options, () => end(server, slots, engine));
}

function createHttpServer({ tls }: CommandLine, listener: RequestListener): Server {
  const limits = { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0, noDelay: true };
  if (!tls) return createServer(limits, listener);
  const files = { cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) };
  return createTlsServer({ ...limits, ...files }, listener);
}

function endOnRequest({ watchesParent }: CommandLine, endAll: () => Promise<void>): void {
  let isEnding = false;
  const once = () => {
    if (isEnding) return;
    isEnding = true;
    endAll().then(() => process.exit(0), fail);
  };
  process.on('SIGTERM', once);
  process.on('SIGINT', once);
  if (watchesParent) process.stdin.on('end', once).on('error', once).resume();
}

async function end(server: Server, slots: Slots, engine: Engine): Promise<void> {
  server.close();
  server.closeIdleConnections();
  if (!(await isIdleWithin(slots, GRACE_MS))) {
    await engine.killAll();
    if (!(await isIdleWithin(slots, GRACE_MS))) {
      // Closing the engine during a query would abort the process. The data survives a SIGKILL, too.
      process.kill(process.pid, 'SIGKILL');
    }
  }
  engine.close();
}

function isIdleWithin(slots: Slots, ms: number): Promise<boolean> {
  return Promise.race([
    slots.idle().then(() => true),
    new Promise<boolean>((resolve) => setTimeout(resolve, ms, false)),
  ]);
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

try {
  main();
} catch (error) {
  fail(error);
}
