// Promise: no message repeats an address that was given where a name belongs, because it may contain a password; other wrong names
// are quoted. Checked with the checks of a config, of a broker's address and of a start's topic and table.
import { expect, test } from 'vitest';
import { namedTable, namedTopic } from '../../../src/activities/attempt/resolving.js';
import { parseAddress } from '../../../src/adapters/kafka/protocol/address.js';
import { ConfigFileError } from '../../../src/config/config-file-error.js';
import { readYamlConfig } from '../../../src/config/yaml-config.js';
import { defineContract } from '../../../src/domain/contract/define-contract.js';

/** A table name may contain any character, but only one dot. */
const ADDRESS = 'kafka://user:hunter2@kafka.shop.example:9092/orders';
const WRONG = 'my!.orders.';

function messageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof ConfigFileError) return error.problems.map(({ text }) => text).join('\n');
    return String(error);
  }
  throw new Error('nothing was refused');
}

/** What is refused, given a wrong name. */
const CHECKS: readonly (readonly [what: string, refuse: (name: string) => unknown])[] = [
  ['a topic', (name) => config(`orders: { topic: '${name}' }`)],
  ['a table', (name) => config(`orders: { table: '${name}' }`)],
  ['the name of a pipeline', (name) => config(`'${name}': { topic: '!' }`)],
  ['the name of a contract', (name) => defineContract({ name, columns: { id: 'Int64' } })],
  ['the name of a contract in YAML', (name) => contract(name)],
  ['the topic of a start', (name) => namedTopic(name)],
  ['the table of a start', (name) => namedTable(name, 'default')],
  ['a broker', (name) => parseAddress(name)],
];

function contract(name: string): unknown {
  const text = `contracts:\n  '${name}':\n    columns: { id: Int64 }\n`;
  return readYamlConfig('/shop/millrace.yaml', text);
}

function config(pipeline: string): unknown {
  return readYamlConfig('/shop/millrace.yaml', `pipelines:\n  ${pipeline}\n`);
}

test.each(CHECKS)('%s that looks like an address is not repeated', (_, refuse) => {
  expect(messageOf(() => refuse(ADDRESS))).not.toMatch(/hunter2|user/);
  expect(messageOf(() => refuse('user:hunter2@kafka.shop.example'))).not.toMatch(/hunter2|user/);
});

test.each(CHECKS)('%s that is another wrong name is repeated', (_, refuse) => {
  expect(messageOf(() => refuse(WRONG))).toContain(`"${WRONG}"`);
});
