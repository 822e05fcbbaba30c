import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { FrameReader } from '../../src/adapters/kafka/client/connection.js';
import { NO_LEADER_EPOCH } from '../../src/domain/log/leader-epochs.js';
import { WireReader, WireWriter } from '../../src/adapters/kafka/protocol/wire.js';
import {
  fencing,
  fromLog,
  NOT_LEADER,
  type ScriptedAnswer,
  type ScriptedFetch,
  type ScriptedPartition,
  writePartition,
} from './kafka-scripted-log.js';
import {
  API_VERSIONS,
  apiVersions,
  EPOCH_END,
  FETCH,
  FIND_COORDINATOR,
  LIST_OFFSETS,
  METADATA,
  OFFSET_COMMIT,
  OFFSET_FETCH,
  REQUEST_NAMES,
  SASL_AUTHENTICATE,
  SASL_HANDSHAKE,
} from './kafka-scripted-requests.js';

/**
 * Brokers in this process that implement as much of Kafka's protocol as the reader uses, for rare behaviour of real
 * brokers: leaders that move, throttling, silence, holes, and invalid answers.
 */

type FetchScript = (
  fetch: ScriptedFetch,
) => ScriptedAnswer | 'log' | 'silent' | 'closed' | 'throttled';

const TOPIC_ID = Buffer.from('0123456789abcdef');
export const SCRIPTED_TOPIC_ID = TOPIC_ID.toString('base64url');

const [NOT_COORDINATOR, COORDINATOR_NOT_AVAILABLE] = [16, 15];

export class ScriptedCluster {
  readonly topic = 'scripted';
  readonly partitions: ScriptedPartition[];
  /** Names of requests with the number of the broker, in order of arrival. */
  readonly seen: string[] = [];
  readonly fetches: ScriptedFetch[] = [];
  /** The same, request by request. */
  readonly fetchRequests: (readonly ScriptedFetch[])[] = [];
  readonly sockets = new Set<Socket>();
  onFetch: FetchScript = () => 'log';
  /** Requests that a broker leaves unanswered until `answerHeld`, by name. A broker that hangs holds all. */
  isHeld: (name: string, broker: number) => boolean = () => false;
  #held: (() => void)[] = [];
  /** Versions of Metadata that the brokers support. */
  metadataVersions: readonly [number, number] = [0, 13];
  /** The topic's error in Metadata. */
  topicCode = 0;
  /** Called after each answer about the topic. */
  onMetadata: () => void = () => undefined;
  /** The answer to every commit. */
  commitCode = 0;
  /** Negative values mean that there is none. */
  coordinator = 0;
  readonly #servers: Server[] = [];
  readonly #ports: number[] = [];

  constructor(partitions: readonly Partial<ScriptedPartition>[]) {
    this.partitions = partitions.map((given) => {
      const last = given.batches?.at(-1);
      const end = last === undefined ? 0 : (last.lastOffset ?? last.records.at(-1)!.offset) + 1;
      const ends = { lastStableOffset: end, highWatermark: end };
      const epochEnd = () => [NO_LEADER_EPOCH, -1] as const;
      const leads = { leader: 0, followers: [], preferredReplica: -1, leaderEpoch: 0, epochEnd };
      return { ...leads, logStart: 0, batches: [], ...ends, ...given };
    });
  }

  get addresses(): readonly string[] {
    return this.#ports.map((port) => `127.0.0.1:${port}`);
  }

  async start(broker: number): Promise<void> {
    const server = createServer((socket) => {
      this.#serve(broker, socket);
    });
    server.listen(this.#ports[broker] ?? 0, '127.0.0.1');
    await once(server, 'listening');
    this.#servers[broker] = server;
    this.#ports[broker] = (server.address() as AddressInfo).port;
  }

  /** Connections end at once, as those of a killed process. */
  async stop(broker: number): Promise<void> {
    const closed = new Promise((resolve) => this.#servers[broker]!.close(resolve));
    const its = [...this.sockets].filter(({ localPort }) => localPort === this.#ports[broker]);
    for (const socket of its) socket.destroy();
    await closed;
  }

  async close(): Promise<void> {
    for (const [broker, server] of this.#servers.entries()) {
      if (server.listening) await this.stop(broker);
    }
  }

  /** As a suspended broker that resumes: it answers everything that arrived meanwhile. */
  answerHeld(): void {
    this.isHeld = () => false;
    for (const answer of this.#held.splice(0)) answer();
  }

  #serve(broker: number, socket: Socket): void {
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket)).on('error', () => undefined);
    const frames = new FrameReader({
      allocate: (size) => Buffer.alloc(size),
      onFrame: (frame) => {
        this.#answer(broker, frame, socket);
      },
    });
    socket.on('data', (chunk) => {
      frames.push(chunk);
    });
  }

  #answer(broker: number, frame: Buffer, socket: Socket): void {
    const apiKey = frame.readInt16BE();
    const name = REQUEST_NAMES[apiKey] ?? '';
    this.seen.push(`${name} ${broker}`);
    const answer = () => {
      this.#answerNow(apiKey, broker, frame, socket);
    };
    if (this.isHeld(name, broker)) this.#held.push(answer);
    else answer();
  }

  #answerNow(apiKey: number, broker: number, frame: Buffer, socket: Socket): void {
    const request = new WireReader(frame);
    request.int16();
    request.int16();
    const answer = new WireWriter().int32(request.int32());
    request.string();
    const body = this.#bodyOf(apiKey, broker, request);
    if (body === 'closed') socket.destroy();
    if (!(body instanceof WireWriter)) return;
    const bytes = Buffer.concat([answer.toBuffer(), body.toBuffer()]);
    socket.write(Buffer.concat([new WireWriter().int32(bytes.length).toBuffer(), bytes]));
  }

  #bodyOf(apiKey: number, broker: number, request: WireReader): WireWriter | 'silent' | 'closed' {
    switch (apiKey) {
      case API_VERSIONS:
        return apiVersions(this.metadataVersions);
      case METADATA:
        return this.#metadata();
      case LIST_OFFSETS:
        return this.#listOffsets(broker, request);
      case FIND_COORDINATOR:
        return this.#findCoordinator();
      case OFFSET_COMMIT:
        return this.#offsetCommit(broker, request);
      case OFFSET_FETCH:
        return this.#offsetFetch(broker, request);
      case EPOCH_END:
        return this.#epochEnds(broker, request);
      case FETCH:
        return this.#fetch(broker, request);
      case SASL_HANDSHAKE:
        return new WireWriter().int16(0).int32(1).string('PLAIN');
      // Logins are never answered.
      case SASL_AUTHENTICATE:
        return 'silent';
      default:
        return 'closed';
    }
  }

  #metadata(): WireWriter {
    const body = new WireWriter().noTags().int32(0);
    body.uvarint(this.#ports.length + 1);
    for (const [broker, port] of this.#ports.entries()) {
      body.int32(broker).compactString('127.0.0.1').int32(port).uvarint(0).noTags();
    }
    body.uvarint(0).int32(0).uvarint(2);
    body.int16(this.topicCode).compactString(this.topic).raw(TOPIC_ID).int8(0);
    body.uvarint(this.partitions.length + 1);
    for (const [partition, { leader, leaderEpoch }] of this.partitions.entries()) {
      body
        .int16(leader < 0 ? 5 : 0)
        .int32(partition)
        .int32(leader)
        .int32(leaderEpoch);
      body.uvarint(1).uvarint(1).uvarint(1).noTags();
    }
    this.onMetadata();
    return body.int32(0).noTags().noTags();
  }

  #listOffsets(broker: number, request: WireReader): WireWriter {
    request.int32();
    const isCommitted = request.int8() === 1;
    request.int32();
    request.string();
    const asked = request.array(() => {
      const partition = request.int32();
      request.int32();
      return [partition, request.int64()] as const;
    });
    const body = new WireWriter().int32(0).int32(1).string(this.topic).int32(asked.length);
    for (const [partition, instant] of asked) {
      const found = this.partitions[partition]!;
      const { leader, leaderEpoch, logStart, lastStableOffset, highWatermark } = found;
      const latest = isCommitted ? lastStableOffset : highWatermark;
      const offset = instant === -2 ? logStart : instant === -1 ? latest : -1;
      body
        .int32(partition)
        .int16(leader === broker ? 0 : NOT_LEADER)
        .int64(-1)
        .int64(offset)
        .int32(leaderEpoch);
    }
    return body;
  }

  #epochEnds(broker: number, request: WireReader): WireWriter {
    request.int32();
    request.int32();
    request.string();
    const asked = request.array(() => [request.int32(), request.int32(), request.int32()] as const);
    const body = new WireWriter().int32(0).int32(1).string(this.topic).int32(asked.length);
    for (const [partition, known, epoch] of asked) {
      const { leader, leaderEpoch, epochEnd } = this.partitions[partition]!;
      const code = leader === broker ? fencing(known, leaderEpoch) : NOT_LEADER;
      const [found, end] = epochEnd(epoch);
      body.int16(code).int32(partition).int32(found).int64(end);
    }
    return body;
  }

  #findCoordinator(): WireWriter {
    if (this.coordinator < 0) {
      const code = COORDINATOR_NOT_AVAILABLE;
      return new WireWriter().int32(0).int16(code).int16(-1).int32(-1).string('').int32(-1);
    }
    const port = this.#ports[this.coordinator]!;
    const body = new WireWriter().int32(0).int16(0).int16(-1);
    return body.int32(this.coordinator).string('127.0.0.1').int32(port);
  }

  /** The group has committed 5 in every partition. */
  #offsetFetch(broker: number, request: WireReader): WireWriter {
    request.string();
    request.int32();
    request.string();
    const asked = request.array(() => request.int32());
    const code = broker === this.coordinator ? 0 : NOT_COORDINATOR;
    const body = new WireWriter().int32(0).int32(1).string(this.topic).int32(asked.length);
    for (const partition of asked) {
      body.int32(partition).int64(5).int32(-1).string('workflow/1').int16(code);
    }
    return body.int16(0);
  }

  #offsetCommit(broker: number, request: WireReader): WireWriter {
    request.string();
    request.int32();
    request.string();
    request.int32();
    request.string();
    const asked = request.array(
      () => [request.int32(), request.int64(), request.int32(), request.string()] as const,
    );
    const code = broker === this.coordinator ? this.commitCode : NOT_COORDINATOR;
    const body = new WireWriter().int32(0).int32(1).string(this.topic).int32(asked.length);
    for (const [partition] of asked) body.int32(partition).int16(code);
    return body;
  }

  #fetch(broker: number, request: WireReader): WireWriter | 'silent' | 'closed' {
    for (let fields = 0; fields < 3; fields++) request.int32();
    let room = request.int32();
    const isolation = request.int8() === 1 ? 'committed' : 'uncommitted';
    for (let fields = 0; fields < 3; fields++) request.int32();
    request.string();
    const partitions = request.array((): ScriptedFetch => {
      const [partition, leaderEpoch, offset] = [request.int32(), request.int32(), request.int64()];
      request.int64();
      const maxBytes = request.int32();
      return { broker, partition, leaderEpoch, offset, maxBytes, isolation, rack: '' };
    });
    request.array(() => 0);
    const rack = request.string() ?? '';
    const asked = partitions.map((fetch) => ({ ...fetch, rack }));
    this.fetches.push(...asked);
    this.fetchRequests.push(asked);
    const answers = new WireWriter();
    let count = 0;
    let isFirst = true;
    for (const fetch of asked) {
      const scripted = this.onFetch(fetch);
      if (scripted === 'silent' || scripted === 'closed') return scripted;
      if (scripted === 'throttled') continue;
      const maxBytes = Math.min(fetch.maxBytes, room);
      const found = fromLog(this.partitions[fetch.partition]!, { ...fetch, maxBytes }, isFirst);
      const answer = { ...found, ...(scripted === 'log' ? {} : scripted) };
      room = Math.max(0, room - answer.records.length);
      isFirst &&= answer.records.length === 0;
      count += 1;
      writePartition(answers, fetch.partition, answer);
    }
    const body = new WireWriter().int32(0).int16(0).int32(0);
    if (count === 0) return body.int32(0);
    return body.int32(1).string(this.topic).int32(count).raw(answers.toBuffer());
  }
}
