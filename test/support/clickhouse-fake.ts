import type { HostServer, Query, Server } from '../../src/adapters/clickhouse/client/client.js';

export interface FakeServer extends Server {
  /** The statements in order. */
  readonly asked: string[];
  /** As after a lost connection: another server may be behind the address. */
  lose(): void;
}

/** Answers statements that contain a word with rows or a failure, for features that the embedded server lacks. */
export function fakeServer(
  answers: Readonly<
    Record<string, readonly unknown[] | Error | ((query: Query) => readonly unknown[])>
  >,
): FakeServer {
  const asked: string[] = [];
  let outages = 0;
  const answer = ({ sql, parameters }: Query): readonly unknown[] => {
    asked.push(sql);
    const word = Object.keys(answers).find((each) => sql.includes(each));
    if (word === undefined) throw new Error(`nobody knows an answer to: ${sql}`);
    const known = answers[word] ?? [];
    if (known instanceof Error) throw known;
    return typeof known === 'function' ? known({ sql, parameters }) : known;
  };
  const refuse = () => Promise.reject(new Error('this server only answers queries'));
  const server: FakeServer & HostServer = {
    whyNot: () => Promise.resolve(null),
    address: 'http://fake:8123',
    hosts: () => [server],
    pick: () => Promise.resolve(server),
    asked,
    lose: () => (outages += 1),
    database: 'db',
    outages: () => outages,
    rows: async <Row>(query: Query) => answer(query) as readonly Row[],
    command: async (query) => {
      answer(query);
    },
    read: refuse,
    insert: refuse,
    close: () => Promise.resolve(),
  };
  return server;
}
