/**
 * Identifies a log of Kafka. The topic's name alone is not enough: after a topic was deleted and recreated, or on another
 * cluster, the same name has other records at the same offsets.
 */
export interface Log {
  readonly topic: string;
  /** Kafka's id of the topic, as rows store it. Empty if the brokers give none. */
  readonly topicId: string;
  /** Ids of other logs whose rows count as this log's, because this log is an offset-preserving mirror of them. */
  readonly sameAs: readonly string[];
  /** Rows without a topic id count as this log's from this epoch on. */
  readonly unknownSince: number;
}

/** The decision about other logs with the topic's name. Carried state and plans contain it. */
export interface LogDecision {
  /** What a person chose. Null if there was nothing to choose. */
  readonly choice: 'new' | 'same' | null;
  readonly sameAs: readonly string[];
  readonly unknownSince: number;
  /** Higher than every epoch of other logs with the topic's name, in the table and among its dead letters. */
  readonly firstEpoch: number;
}

/** No other log is known. Also the default for states and plans that were written before logs were distinguished. */
export const ONLY_LOG: LogDecision = { choice: null, sameAs: [], unknownSince: 0, firstEpoch: 0 };

/** A broker's answer for a topic without an id. A cluster with ZooKeeper and a protocol version below 2.8 gives none. */
const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA';

/** A topic id as rows store it. Empty if there is none. */
export function storedTopicId(topicId: string): string {
  return topicId === NO_TOPIC_ID ? '' : topicId;
}

/**
 * Whether a topic is another one than the known one. A topic that gets its first id is still the same topic: raising the
 * protocol version of a cluster gives ids to existing topics.
 */
export function isAnotherTopic(known: string, found: string): boolean {
  return storedTopicId(known) !== '' && known !== found;
}

export function logOf(of: {
  readonly topic: string;
  /** As the broker reported it. */
  readonly topicId: string;
  readonly log?: LogDecision | undefined;
}): Log {
  const { sameAs, unknownSince } = of.log ?? ONLY_LOG;
  return { topic: of.topic, topicId: storedTopicId(of.topicId), sameAs, unknownSince };
}

/** Whether a row with the topic's name belongs to this log. */
export function isOfLog(
  { topicId, sameAs, unknownSince }: Log,
  row: { readonly topicId: string; readonly epoch: number },
): boolean {
  if (row.topicId === '') return row.epoch >= unknownSince;
  return row.topicId === topicId || sameAs.includes(row.topicId);
}
