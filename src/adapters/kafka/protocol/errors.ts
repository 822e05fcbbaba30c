import type { WhyUnavailable } from '../../../domain/log/topic-offsets.js';

type ErrorName = (typeof NAMES)[keyof typeof NAMES];

/** Kafka's names of the errors that a reader can meet, by their codes. */
const NAMES = {
  [-1]: 'UNKNOWN_SERVER_ERROR',
  1: 'OFFSET_OUT_OF_RANGE',
  2: 'CORRUPT_MESSAGE',
  3: 'UNKNOWN_TOPIC_OR_PARTITION',
  5: 'LEADER_NOT_AVAILABLE',
  6: 'NOT_LEADER_OR_FOLLOWER',
  7: 'REQUEST_TIMED_OUT',
  8: 'BROKER_NOT_AVAILABLE',
  9: 'REPLICA_NOT_AVAILABLE',
  12: 'OFFSET_METADATA_TOO_LARGE',
  13: 'NETWORK_EXCEPTION',
  14: 'COORDINATOR_LOAD_IN_PROGRESS',
  15: 'COORDINATOR_NOT_AVAILABLE',
  16: 'NOT_COORDINATOR',
  17: 'INVALID_TOPIC_EXCEPTION',
  22: 'ILLEGAL_GENERATION',
  24: 'INVALID_GROUP_ID',
  25: 'UNKNOWN_MEMBER_ID',
  27: 'REBALANCE_IN_PROGRESS',
  28: 'INVALID_COMMIT_OFFSET_SIZE',
  29: 'TOPIC_AUTHORIZATION_FAILED',
  30: 'GROUP_AUTHORIZATION_FAILED',
  33: 'UNSUPPORTED_SASL_MECHANISM',
  34: 'ILLEGAL_SASL_STATE',
  35: 'UNSUPPORTED_VERSION',
  42: 'INVALID_REQUEST',
  43: 'UNSUPPORTED_FOR_MESSAGE_FORMAT',
  56: 'KAFKA_STORAGE_ERROR',
  74: 'FENCED_LEADER_EPOCH',
  75: 'UNKNOWN_LEADER_EPOCH',
  76: 'UNSUPPORTED_COMPRESSION_TYPE',
  78: 'OFFSET_NOT_AVAILABLE',
  82: 'FENCED_INSTANCE_ID',
  100: 'UNKNOWN_TOPIC_ID',
  103: 'INCONSISTENT_TOPIC_ID',
  110: 'FENCED_MEMBER_EPOCH',
  113: 'STALE_MEMBER_EPOCH',
} as const;

/** Errors that pass by themselves. An offset that stays out of range never gets here: it is compared with the log first. */
const TRANSIENT = new Set<ErrorName | null>([
  'OFFSET_OUT_OF_RANGE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_OR_FOLLOWER',
  'REQUEST_TIMED_OUT',
  'BROKER_NOT_AVAILABLE',
  'REPLICA_NOT_AVAILABLE',
  'NETWORK_EXCEPTION',
  'COORDINATOR_LOAD_IN_PROGRESS',
  'COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR',
  'KAFKA_STORAGE_ERROR',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
  'OFFSET_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_ID',
  'INCONSISTENT_TOPIC_ID',
]);

/** Kafka's answers, in its old and new protocols, to a commit from outside of a group that has a live consumer. */
const GROUP_TAKEN = new Set<ErrorName | null>([
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'FENCED_INSTANCE_ID',
  'FENCED_MEMBER_EPOCH',
  'STALE_MEMBER_EPOCH',
]);

/** The topic is not there, has no proper name, or may not be seen. */
const TOPIC_MISSING = new Set<ErrorName | null>([
  'UNKNOWN_TOPIC_OR_PARTITION',
  'INVALID_TOPIC_EXCEPTION',
  'TOPIC_AUTHORIZATION_FAILED',
]);

/** What to do about refusals that do not pass by themselves. */
const ADVICE: Partial<Record<ErrorName, string>> = {
  TOPIC_AUTHORIZATION_FAILED: 'grant this user Read and Describe on the topic',
  GROUP_AUTHORIZATION_FAILED: 'grant this user Read on the group',
  UNSUPPORTED_SASL_MECHANISM: 'configure one of the SASL mechanisms that the broker offers',
  UNSUPPORTED_COMPRESSION_TYPE: 'the topic uses a compression that only newer clients support',
};

export const OFFSET_OUT_OF_RANGE = 1;
export const UNKNOWN_TOPIC_OR_PARTITION = 3;
export const LEADER_NOT_AVAILABLE = 5;

/** A broker that can't be reached, or that closed the connection or kept silent on it. */
export class BrokerUnreachable extends Error {
  override readonly name: string = 'BrokerUnreachable';
  readonly address: string;
  readonly what: string;

  constructor(address: string, what: string, options?: ErrorOptions) {
    super(`Kafka broker ${address} ${what}`, options);
    this.address = address;
    this.what = what;
  }
}

/** A broker that is connected, or accepts connections, and has answered nothing for too long. */
export class BrokerSilent extends BrokerUnreachable {
  override readonly name = 'BrokerSilent';
}

/** A broker that answered with an error of Kafka's protocol. */
export class BrokerRefused extends Error {
  override readonly name = 'BrokerRefused';
  readonly code: number;

  constructor(address: string, refusal: { readonly code: number; readonly of: string }) {
    const { code, of } = refusal;
    super(
      `Kafka broker ${address} refused ${of}: ${errorName(code)} (code ${code})${toAdvice(code)}`,
    );
    this.code = code;
  }
}

/** The broker does not support a request that Millrace can do without. */
export class RequestUnknown extends Error {
  override readonly name = 'RequestUnknown';

  constructor(address: string, request: string) {
    super(`Kafka broker ${address} does not support ${request}`);
  }
}

/** No broker leads the partition, or there is no such partition. */
export class LeaderMissing extends Error {
  override readonly name = 'LeaderMissing';

  constructor(topic: string, partition: number) {
    super(
      `partition ${partition} of topic "${topic}" does not exist or has no leader: a broker that has a replica of it must come back`,
    );
  }
}

/** Bytes that are not what Kafka's record format promises. */
export class RecordsCorrupt extends Error {
  override readonly name = 'RecordsCorrupt';
}

/** Whether the failure passes by itself, once metadata is requested again or a broker has caught up. */
export function isTransient(error: unknown): boolean {
  if (error instanceof BrokerRefused) return isTransientCode(error.code);
  return error instanceof BrokerUnreachable || error instanceof LeaderMissing;
}

function isTransientCode(code: number): boolean {
  return TRANSIENT.has(nameOf(code));
}

export function isGroupTaken(code: number): boolean {
  return GROUP_TAKEN.has(nameOf(code));
}

export function isTopicMissing(code: number): boolean {
  return TOPIC_MISSING.has(nameOf(code));
}

function errorName(code: number): string {
  return nameOf(code) ?? 'an error';
}

/** The advice as the end of a message; empty if there is none. */
function toAdvice(code: number): string {
  const name = nameOf(code);
  const advice = name === null ? undefined : ADVICE[name];
  return advice === undefined ? '' : `: ${advice}`;
}

function nameOf(code: number): ErrorName | null {
  return (NAMES as Readonly<Record<number, ErrorName>>)[code] ?? null;
}

/** Why partitions are unavailable after a transient failure. */
export function whyUnavailable(error: unknown): WhyUnavailable {
  if (error instanceof LeaderMissing) return 'leaderless';
  if (error instanceof BrokerSilent) return 'silent';
  return error instanceof BrokerRefused ? 'refused' : 'unreachable';
}
