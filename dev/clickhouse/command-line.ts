import { parseArgs } from 'node:util';
import type { Account } from './credentials.js';

export interface CommandLine {
  readonly directory: string;
  /** The folder whose `node_modules` contain the package `chdb`; null for the packages of this program. */
  readonly engine: string | null;
  readonly port: number;
  readonly account: Account;
  readonly tls: { readonly certFile: string; readonly keyFile: string } | null;
  readonly sessions: number;
  readonly bodyIdleMs: number;
  readonly watchesParent: boolean;
}

export const HELP = `A development ClickHouse: the real engine, embedded (npm chdb), behind a small HTTP front.
Not a product: it listens on 127.0.0.1 only, knows one user, and holds each answer in memory.

  --data DIR            the directory of the tables (required); one process at a time
  --engine DIR          the folder whose node_modules have the package chdb (default: those of this program)
  --port N              0 (the default) chooses a free one
  --user U              the only user (default: "default")
  --password P          its password (default: none)
  --tls-cert FILE       PEM; with --tls-key, HTTPS instead of HTTP
  --tls-key FILE
  --sessions N          parallel statements (default: 4). Each takes a thread of libuv's pool, which has 4:
                        for more, set UV_THREADPOOL_SIZE before the start
  --receive-timeout N   seconds that the body of a request may stall (default: 30)
  --parent-watch        end when stdin ends
  --help

Prints one line of JSON once it listens: {"port":8123,"version":"26.7.2.1"}. SIGTERM and SIGINT end it.
`;

/** Null if help was asked for. Throws an error with one sentence if an option is wrong. */
export function parseCommandLine(args: readonly string[]): CommandLine | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      data: { type: 'string' },
      engine: { type: 'string' },
      port: { type: 'string', default: '0' },
      user: { type: 'string', default: 'default' },
      password: { type: 'string', default: '' },
      'tls-cert': { type: 'string' },
      'tls-key': { type: 'string' },
      sessions: { type: 'string', default: '4' },
      'receive-timeout': { type: 'string', default: '30' },
      'parent-watch': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return null;
  if (values.data === undefined)
    throw new Error('--data is missing: give the directory for the tables');
  const [certFile, keyFile] = [values['tls-cert'], values['tls-key']];
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new Error('--tls-cert and --tls-key belong together: give both or none');
  }
  return {
    directory: values.data,
    engine: values.engine ?? null,
    port: wholeNumber('--port', values.port, { least: 0, most: 65_535 }),
    account: { user: values.user, password: values.password },
    tls: certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : null,
    sessions: wholeNumber('--sessions', values.sessions, { least: 1, most: 64 }),
    bodyIdleMs:
      1000 * wholeNumber('--receive-timeout', values['receive-timeout'], { least: 1, most: 3600 }),
    watchesParent: values['parent-watch'],
  };
}

function wholeNumber(
  name: string,
  text: string,
  { least, most }: { readonly least: number; readonly most: number },
): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= least && value <= most) return value;
  throw new Error(`${name} is not a whole number from ${least} to ${most}`);
}
