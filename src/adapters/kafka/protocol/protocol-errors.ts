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
type ErrorName = (typeof NAMES)[keyof typeof NAMES];

/** An offset that is out of range for good never gets here: it is compared with the log first. */
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

/** What Kafka answers to a commit from outside of a group that has a live consumer, in its protocols old and new. */
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

/** For refusals that somebody has to do something about. */
const ADVICE: Partial<Record<ErrorName, string>> = {
  TOPIC_AUTHORIZATION_FAILED: 'grant this user Read and Describe on the topic',
  GROUP_AUTHORIZATION_FAILED: 'grant this user Read on the group',
  UNSUPPORTED_SASL_MECHANISM: 'configure one of the SASL mechanisms that the broker offers',
  UNSUPPORTED_COMPRESSION_TYPE: 'the topic is compressed in a way that only newer readers know',
};

export const OFFSET_OUT_OF_RANGE = 1;
export const UNKNOWN_TOPIC_OR_PARTITION = 3;
export const LEADER_NOT_AVAILABLE = 5;

export function isTransientCode(code: number): boolean {
  return TRANSIENT.has(nameOf(code));
}

export function isGroupTaken(code: number): boolean {
  return GROUP_TAKEN.has(nameOf(code));
}

export function isTopicMissing(code: number): boolean {
  return TOPIC_MISSING.has(nameOf(code));
}

export function errorName(code: number): string {
  return nameOf(code) ?? 'an error';
}

/** To be put behind a message; empty where there is none. */
export function toAdvice(code: number): string {
  const name = nameOf(code);
  const advice = name === null ? undefined : ADVICE[name];
  return advice === undefined ? '' : `: ${advice}`;
}

function nameOf(code: number): ErrorName | null {
  return (NAMES as Readonly<Record<number, ErrorName>>)[code] ?? null;
}
