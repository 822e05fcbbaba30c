// Promise: what is asked about several topics at the same instant is one request to each broker, and every topic gets its own
// answer, or the failure. Checked against fake brokers that answer according to the requests.
import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import type { BrokerConnections } from '../../../../../src/adapters/kafka/client/broker-connections.js';
import { SharedQuestions } from '../../../../../src/adapters/kafka/client/shared-questions.js';
import type { Address } from '../../../../../src/adapters/kafka/protocol/address.js';
import {
  LATEST,
  type ListedOffset,
  listOffsetsRequest,
} from '../../../../../src/adapters/kafka/protocol/list-offsets.js';
import { metadataRequest } from '../../../../../src/adapters/kafka/protocol/metadata.js';
import type { KafkaRequest } from '../../../../../src/adapters/kafka/protocol/request.js';
import { WireReader, WireWriter } from '../../../../../src/adapters/kafka/protocol/wire.js';

const [ONE, TWO]: readonly [Address, Address] = [
  { host: 'one', port: 1 },
  { host: 'two', port: 2 },
];

interface Asked {
  readonly broker: string;
  readonly name: string;
  /** Names of topics with their partitions. */
  readonly topics: readonly (readonly [string, readonly number[]])[];
}

/** Offsets are a hundred times the partition number. */
function brokers({ fails = false } = {}) {
  const asked: Asked[] = [];
  const send = async <Answer>({ host }: Address, request: KafkaRequest<Answer>) => {
    const topics = request.name === 'Metadata' ? namesOf(request) : partitionsOf(request);
    asked.push({ broker: host, name: request.name, topics });
    if (fails) throw new Error('nobody answers');
    const answer = request.name === 'Metadata' ? metadata(topics) : offsets(topics);
    return request.decode(new WireReader(answer));
  };
  const connections = { send } as unknown as BrokerConnections;
  return { asked, questions: new SharedQuestions(connections) };
}

function namesOf({ body }: KafkaRequest<unknown>): Asked['topics'] {
  const reader = new WireReader(body);
  reader.skipTags();
  return reader.compactArray(() => {
    reader.bytes(16);
    const name = reader.compactString() ?? '';
    reader.skipTags();
    return [name, []] as const;
  });
}

function partitionsOf({ body }: KafkaRequest<unknown>): Asked['topics'] {
  const reader = new WireReader(body);
  reader.int32();
  reader.int8();
  return reader.array(() => {
    const name = reader.string() ?? '';
    const partitions = reader.array(() => {
      const partition = reader.int32();
      reader.int32();
      reader.int64();
      return partition;
    });
    return [name, partitions] as const;
  });
}

/** Brokers need not keep the order of the request. */
function metadata(topics: Asked['topics']): Buffer {
  const body = new WireWriter().uvarint(1).uvarint(0).int32(0);
  body.uvarint(topics.length + 1);
  for (const [name] of [...topics].reverse()) {
    body.int16(0).compactString(name).raw(Buffer.alloc(16, name)).int8(0);
    body.uvarint(1).int32(0).noTags();
  }
  return body.noTags().toBuffer();
}

function offsets(topics: Asked['topics']): Buffer {
  const body = new WireWriter().int32(topics.length);
  for (const [name, partitions] of [...topics].reverse()) {
    body.string(name).int32(partitions.length);
    for (const partition of partitions) {
      body
        .int32(partition)
        .int16(0)
        .int64(-1)
        .int64(partition * 100)
        .int32(7);
    }
  }
  return body.toBuffer();
}

const ends = (topic: string, partitions: readonly number[]) =>
  listOffsetsRequest({ topic, partitions, timestampMs: LATEST, isolation: 'committed' }).joint!;
const found = (answer: readonly ListedOffset[]) =>
  answer.map(({ partition, offset }) => [partition, offset]);

test('topics that ask at the same instant share one request, and each gets its own answer', async () => {
  const { asked, questions } = brokers();
  const about = ['a', 'b', 'c'].map((topic) => questions.ask(ONE, metadataRequest(topic).joint!));
  const answers = await Promise.all(about);
  const id = (text: string) => Buffer.alloc(16, text).toString('base64url');
  expect(answers.map(({ topic }) => topic.topicId)).toEqual([id('a'), id('b'), id('c')]);
  expect(asked).toEqual([
    {
      broker: 'one',
      name: 'Metadata',
      topics: [
        ['a', []],
        ['b', []],
        ['c', []],
      ],
    },
  ]);
});

test('two requests about one topic name each partition once, because a broker refuses duplicates', async () => {
  const { asked, questions } = brokers();
  const [first, second, third] = await Promise.all([
    questions.ask(ONE, ends('a', [0, 1])),
    questions.ask(ONE, ends('a', [1, 2])),
    questions.ask(ONE, ends('b', [5])),
  ]);
  expect(asked.map(({ topics }) => topics)).toEqual([
    [
      ['a', [0, 1, 2]],
      ['b', [5]],
    ],
  ]);
  expect([found(first), found(second), found(third)]).toEqual([
    [
      [0, 0],
      [1, 100],
    ],
    [
      [1, 100],
      [2, 200],
    ],
    [[5, 500]],
  ]);
});

test('other brokers and other kinds of request are asked separately', async () => {
  const { asked, questions } = brokers();
  await Promise.all([
    questions.ask(ONE, ends('a', [0])),
    questions.ask(TWO, ends('b', [0])),
    questions.ask(ONE, metadataRequest('a').joint!),
  ]);
  expect(asked).toHaveLength(3);
});

test('hundreds of topics are asked about in requests of a bounded size', async () => {
  const { asked, questions } = brokers();
  const topics = Array.from({ length: 1_200 }, (_, index) => `topic-${index}`);
  await Promise.all(topics.map((topic) => questions.ask(ONE, ends(topic, [0]))));
  expect(asked.map((each) => each.topics.length)).toEqual([500, 500, 200]);
});

test('a failure reaches all that asked, and the next request is sent again', async () => {
  const { asked, questions } = brokers({ fails: true });
  const both = [ends('a', [0]), ends('b', [0])].map((each) => questions.ask(ONE, each));
  const outcomes = await Promise.allSettled(both);
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  await expect(questions.ask(ONE, ends('a', [0]))).rejects.toThrow('nobody answers');
  expect(asked).toHaveLength(2);
});
