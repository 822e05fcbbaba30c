/** A broker that can't be reached, or that closed the connection or kept silent on it. */
export class BrokerUnreachable extends Error {
  override readonly name = 'BrokerUnreachable';
  readonly address: string;
  readonly what: string;

  constructor(address: string, what: string, options?: ErrorOptions) {
    super(`Kafka broker ${address} ${what}`, options);
    this.address = address;
    this.what = what;
  }
}

/** A broker that answered with an error of Kafka's protocol. */
export class BrokerRefused extends Error {
  override readonly name = 'BrokerRefused';
  readonly code: number;

  constructor(address: string, refusal: { readonly code: number; readonly of: string }) {
    const { code, of } = refusal;
    const advice = ADVICE[code] === undefined ? '' : `: ${ADVICE[code]}`;
    super(
      `Kafka broker ${address} refused ${of}: ${ERRORS[code] ?? 'an error'} (code ${code})${advice}`,
    );
    this.code = code;
  }
}

/** No broker leads the partition, or there is no such partition. */
export class LeaderMissing extends Error {
  override readonly name = 'LeaderMissing';

  constructor(topic: string, partition: number) {
    super(
      `partition ${partition} of topic "${topic}" does not exist or has no leader: a broker that holds it must come back`,
    );
  }
}

/** Bytes that are not what Kafka's record format promises. */
export class RecordsCorrupt extends Error {
  override readonly name = 'RecordsCorrupt';
}

export const OFFSET_OUT_OF_RANGE = 1;
export const UNKNOWN_TOPIC_OR_PARTITION = 3;

/** Topics that are not there, that have no proper name, or that these credentials may not see. */
export const TOPIC_MISSING: readonly number[] = [UNKNOWN_TOPIC_OR_PARTITION, 17, 29];

/** Another consumer owns the group: what Kafka answers to a commit from outside of it. */
export const GROUP_TAKEN: readonly number[] = [22, 25, 27, 82, 110, 113];

/**
 * Pass by themselves, once metadata is asked for again or a broker has caught up. An offset that is out of range for good
 * never gets here: it is compared with the log first.
 */
const TRANSIENT: ReadonlySet<number> = new Set([
  OFFSET_OUT_OF_RANGE,
  UNKNOWN_TOPIC_OR_PARTITION,
  5, 6, 7, 8, 9, 13, 14, 15, 16, 56, 74, 75, 78, 100, 103,
]); // prettier-ignore

export function isTransient(error: unknown): boolean {
  if (error instanceof BrokerRefused) return TRANSIENT.has(error.code);
  return error instanceof BrokerUnreachable || error instanceof LeaderMissing;
}

/** Refusals that somebody has to do something about. */
const ADVICE: Readonly<Record<number, string>> = {
  29: 'grant this user Read and Describe on the topic',
  30: 'grant this user Read on the group',
  33: 'the broker offers other SASL mechanisms than the one configured',
  76: 'the topic is compressed with a codec that came after the protocol version spoken here',
};

/** Kafka's names of the codes that a reader can meet. */
const ERRORS: Readonly<Record<number, string>> = {
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
};
