import { inject } from 'vitest';
import type { StackAddresses } from '../../dev/stack/stack-addresses.js';
import type { StackOptions } from '../../dev/stack/stack-options.js';
import { type Stack, startStack } from '../../dev/stack/start-stack.js';
import { SHORT_LIVED_JVM } from '../../dev/stack/kafka.js';
import { createTopic as createTopicAt, uniqueName } from './kafka-topic.js';

export { uniqueName };

export interface SharedStack {
  readonly addresses: StackAddresses;
  /** Servers of somebody else: nothing on them may be killed, dropped or deleted. */
  readonly isExternal: boolean;
}

/** Where the servers are that all integration tests share. */
export function stackAddresses(): StackAddresses {
  return inject('stack').addresses;
}

/** For what must never happen to servers of somebody else. */
export function refuseOnExternal(what: string): void {
  if (inject('stack').isExternal) {
    throw new Error(
      `MILLRACE_STACK=external: this would ${what} on servers that are not the tests' own`,
    );
  }
}

/** Servers of a test's own, to be killed, stopped and restarted. */
export function startOwnStack(options: StackOptions = {}): Promise<Stack> {
  return startStack({ kafkaFlags: SHORT_LIVED_JVM, ...options });
}

/** A topic of the test's own; gives its name. */
export function createTopic(
  options: {
    readonly partitions?: number;
    readonly config?: Readonly<Record<string, string>>;
  } = {},
): Promise<string> {
  return createTopicAt(stackAddresses().kafka, options);
}

/** Asks ClickHouse itself. Rows are objects; 64-bit numbers are strings. */
export async function query<Row>(
  sql: string,
  url = stackAddresses().clickHouse,
): Promise<readonly Row[]> {
  const { username, password, origin } = new URL(url);
  const settings = 'default_format=JSONEachRow&output_format_json_quote_64bit_integers=1';
  const response = await fetch(`${origin}/?${settings}`, {
    method: 'POST',
    body: sql,
    ...(username === ''
      ? {}
      : {
          headers: {
            'X-ClickHouse-User': decodeURIComponent(username),
            'X-ClickHouse-Key': decodeURIComponent(password),
          },
        }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`ClickHouse refused ${sql}: ${text}`);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Row);
}
