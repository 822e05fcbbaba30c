import { once } from 'node:events';
import { type Socket, connect } from 'node:net';

/** One batch of one partition. */
export interface PartitionBatch {
  readonly partition: number;
  readonly batch: Buffer;
}

/** The broker's answer about one batch: its offset in the log. */
export interface Acknowledged {
  readonly partition: number;
  readonly firstOffset: number;
}

export interface ProduceConnection {
  /** Sends one batch per partition. Resolves when every in-sync replica has them; rejects if the broker refuses one. */
  send(batches: readonly PartitionBatch[]): Promise<readonly Acknowledged[]>;
  close(): void;
}

const PRODUCE = 0;
/** The oldest version that a Kafka 4 broker accepts for every codec, and the last one that is simple to write. */
const VERSION = 7;
const ALL_REPLICAS = -1;
const ACKNOWLEDGE_TIMEOUT_MS = 30_000;

/** A connection to a leader (`HOST:PORT`) that only produces, for servers of tests and benchmarks. Without TLS and SASL. */
export async function openProduceConnection(
  address: string,
  topic: string,
): Promise<ProduceConnection> {
  const { hostname, port } = new URL(`tcp://${address}`);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  // The broker answers in the order of the requests.
  const waiting: PromiseWithResolvers<readonly Acknowledged[]>[] = [];
  const fail = (error: Error) => {
    for (const each of waiting.splice(0)) each.reject(error);
  };
  socket.on('error', fail);
  socket.on('close', () => {
    fail(new Error(`Kafka at ${address} closed the connection`));
  });
  readFrames(socket, (frame) => {
    const next = waiting.shift();
    try {
      next?.resolve(parseResponse(frame));
    } catch (error) {
      next?.reject(error);
    }
  });
  return {
    send(batches) {
      const answer = withResolvers<readonly Acknowledged[]>();
      waiting.push(answer);
      socket.cork();
      socket.write(requestHead(topic, batches));
      for (const { partition, batch } of batches) {
        const head = Buffer.alloc(8);
        head.writeInt32BE(partition, 0);
        head.writeInt32BE(batch.length, 4);
        socket.write(head);
        socket.write(batch);
      }
      socket.uncork();
      return answer.promise;
    },
    close: () => void socket.destroy(),
  };
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

function withResolvers<T>(): PromiseWithResolvers<T> {
  let resolve!: (value: T) => void;
  let reject!: (reason: unknown) => void;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** The part of a request before the first partition. */
function requestHead(topic: string, batches: readonly PartitionBatch[]): Buffer {
  const client = Buffer.from('millrace-producer');
  const name = Buffer.from(topic);
  const head = Buffer.alloc(4 + 8 + 2 + client.length + 2 + 2 + 4 + 4 + 2 + name.length + 4);
  let at = 0;
  const int16 = (value: number) => (at = head.writeInt16BE(value, at));
  const int32 = (value: number) => (at = head.writeInt32BE(value, at));
  const text = (value: Buffer) => {
    int16(value.length);
    at += value.copy(head, at);
  };
  const body = batches.reduce((sum, { batch }) => sum + 8 + batch.length, 0);
  int32(head.length - 4 + body);
  int16(PRODUCE);
  int16(VERSION);
  // Correlation: answers come in order.
  int32(0);
  text(client);
  // No transaction.
  int16(-1);
  int16(ALL_REPLICAS);
  int32(ACKNOWLEDGE_TIMEOUT_MS);
  int32(1);
  text(name);
  int32(batches.length);
  return head;
}

/** One topic: its name, then index, error, first offset, append time and log start of each partition. */
function parseResponse(frame: Buffer): readonly Acknowledged[] {
  const nameEnd = 10 + frame.readInt16BE(8);
  return Array.from({ length: frame.readInt32BE(nameEnd) }, (_, i) => {
    const at = nameEnd + 4 + i * 30;
    const partition = frame.readInt32BE(at);
    const code = frame.readInt16BE(at + 4);
    if (code !== 0) {
      throw new Error(`Kafka refused a batch of partition ${partition} with error code ${code}`);
    }
    return { partition, firstOffset: Number(frame.readBigInt64BE(at + 6)) };
  });
}

function readFrames(socket: Socket, onFrame: (frame: Buffer) => void): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      onFrame(rest.subarray(4, end));
      rest = rest.subarray(end);
    }
  });
}
