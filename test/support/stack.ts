import { inject } from 'vitest';
import type { StackAddresses } from '../../dev/stack/stack-addresses.js';
import type { StackOptions } from '../../dev/stack/stack-options.js';
import { type Stack, startStack } from '../../dev/stack/start-stack.js';
import { SHORT_LIVED_JVM } from '../../dev/stack/kafka.js';
import { createTopic as createTopicAt, uniqueName } from './kafka-topic.js';

export { uniqueName };

export interface SharedStack {
  readonly addresses: StackAddresses;
  /** External servers: nothing on them may be killed, dropped or deleted. */
  readonly isExternal: boolean;
}

/** The addresses of the servers that all integration tests share. */
export function stackAddresses(): StackAddresses {
  return inject('stack').addresses;
}

/** Guards actions that external servers must never see. */
export function refuseOnExternal(what: string): void {
  if (inject('stack').isExternal) {
    throw new Error(
      `MILLRACE_STACK=external: this would ${what} on servers that are not the tests' own`,
    );
  }
}

/** Separate servers, for tests that kill, suspend and restart them. */
export function startOwnStack(options: StackOptions = {}): Promise<Stack> {
  return startStack({ kafkaFlags: SHORT_LIVED_JVM, ...options });
}

/** Creates a topic for the test, and returns its name. */
export function createTopic(
  options: {
    readonly partitions?: number;
    readonly config?: Readonly<Record<string, string>>;
  } = {},
): Promise<string> {
  return createTopicAt(stackAddresses().kafka, options);
}

/** Queries ClickHouse itself. Rows are objects, and 64-bit numbers are strings. */
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
