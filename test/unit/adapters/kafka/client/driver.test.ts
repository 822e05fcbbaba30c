// Promise: a kafkajs version other than the one whose internals are used is refused at start, with a message that says what to
// do.
import { expect, test } from 'vitest';
import { checkDriver } from '../../../../../src/adapters/kafka/client/driver.js';
import { createKafka } from '../../../../../src/adapters/kafka/kafka.js';

const OPTIONS = { brokers: ['127.0.0.1:1'], clientId: 'test', tls: null, sasl: null };

test('the installed kafkajs is accepted', async () => {
  expect(() => {
    checkDriver();
  }).not.toThrow();
  await createKafka(OPTIONS).close();
});

test('another kafkajs is refused by name', () => {
  expect(() => {
    checkDriver('2.3.0');
  }).toThrow('kafkajs 2.3.0 is installed: install exactly kafkajs@2.2.4');
});

test('an invalid address is refused at start', () => {
  expect(() => createKafka({ ...OPTIONS, brokers: ['broker-1'] })).toThrow('"broker-1"');
});
