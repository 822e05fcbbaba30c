/**
 * Which log of Kafka is meant. A topic's name does not say it: a topic that was deleted and recreated, and a topic of the
 * same name on another cluster, have other records at the same offsets.
 */
export interface Log {
  readonly topic: string;
  /** Kafka's id of the topic, as rows store it; empty where the brokers give none. */
  readonly topicId: string;
  /** Ids of other logs whose rows count as this log's: those that this one is an offset-preserving mirror of. */
  readonly sameAs: readonly string[];
  /** Rows that store no id count as this log's from this epoch on. */
  readonly unknownSince: number;
}

/** What was decided about other logs of the topic's name; part of carried state and of plans. */
export interface LogDecision {
  /** What a person chose; null where nothing had to be chosen. */
  readonly choice: 'new' | 'same' | null;
  readonly sameAs: readonly string[];
  readonly unknownSince: number;
  /** Higher than every epoch that other logs of the topic's name have in the table or among its dead letters. */
  readonly firstEpoch: number;
}

/** Nothing is known of another log. Also the default of states and plans that were written before logs were told apart. */
export const ONLY_LOG: LogDecision = { choice: null, sameAs: [], unknownSince: 0, firstEpoch: 0 };

/** What a broker answers for a topic without an id: a cluster of ZooKeeper whose protocol version is below 2.8. */
const NO_TOPIC_ID = 'AAAAAAAAAAAAAAAAAAAAAA';

/** An id as rows store it; empty where there is none. */
export function storedTopicId(topicId: string): string {
  return topicId === NO_TOPIC_ID ? '' : topicId;
}

/**
 * Whether a topic is not the known one. An id where none was known is the same topic: a cluster whose protocol version is
 * raised gives ids to the topics that it has.
 */
export function isAnotherTopic(known: string, found: string): boolean {
  return storedTopicId(known) !== '' && known !== found;
}

export function logOf(of: {
  readonly topic: string;
  /** As the broker gave it. */
  readonly topicId: string;
  readonly log?: LogDecision | undefined;
}): Log {
  const { sameAs, unknownSince } = of.log ?? ONLY_LOG;
  return { topic: of.topic, topicId: storedTopicId(of.topicId), sameAs, unknownSince };
}

/** Whether what stands in the table under the topic's name is of this log. */
export function isOfLog(
  { topicId, sameAs, unknownSince }: Log,
  row: { readonly topicId: string; readonly epoch: number },
): boolean {
  if (row.topicId === '') return row.epoch >= unknownSince;
  return row.topicId === topicId || sameAs.includes(row.topicId);
}
