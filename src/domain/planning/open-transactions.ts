import { OPEN_TRANSACTION_WARN_MS, OPEN_TRANSACTIONS_SHOWN } from '../limits.js';
import type { OpenTransaction, PartitionStatus } from '../pipeline/pipeline-status.js';
import { readableNumber } from '../readable-units.js';

type Waiting = Pick<PartitionStatus, 'partition' | 'seenAt' | 'openTransaction'>;

/** Warnings about transactions that have been open for too long, oldest first, with what to do about them. */
export function openTransactionWarnings(
  topic: string,
  partitions: readonly Waiting[],
): readonly string[] {
  const old = partitions
    .flatMap(({ partition, seenAt, openTransaction }) => {
      if (openTransaction === undefined || seenAt === null) return [];
      const ageMs = Date.parse(seenAt) - Date.parse(openTransaction.since);
      return ageMs < OPEN_TRANSACTION_WARN_MS ? [] : [{ partition, openTransaction, ageMs }];
    })
    .sort((a, b) => b.ageMs - a.ageMs);
  const more = old.length - OPEN_TRANSACTIONS_SHOWN;
  return [
    ...old
      .slice(0, OPEN_TRANSACTIONS_SHOWN)
      .map(({ partition, openTransaction }) => warning(topic, partition, openTransaction)),
    ...(more > 0 ? [`${more} more partitions wait for open transactions.`] : []),
  ];
}

function warning(topic: string, partition: number, open: OpenTransaction): string {
  const { firstOffset, since, records, producerId } = open;
  const by = producerId === undefined ? '' : ` by producer ${producerId}`;
  return `Partition ${partition}: a transaction${by} has been open since ${since} or longer, and the ${readableNumber(records)} records from its first offset ${firstOffset} to the end of the log can't be read until it ends. Kafka ends it at the transaction timeout, unless it hangs; ${abortCommand(topic, partition, firstOffset)} aborts it.`;
}

/** Kafka's own tool finds the producer by the offset. */
function abortCommand(topic: string, partition: number, firstOffset: string): string {
  return `\`kafka-transactions.sh --bootstrap-server BROKER abort --topic ${topic} --partition ${partition} --start-offset ${firstOffset}\``;
}
