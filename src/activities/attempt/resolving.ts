import { TableUnfit } from '../../domain/errors.js';
import { isTopicName, TOPIC_NAME_RULE } from '../../domain/pipeline/input.js';
import { parseTableName, type TableName } from '../../domain/table/table-name.js';
import { beating } from './heartbeat.js';
import { decision } from './failures.js';

const isTableUnfit = (error: unknown) => error instanceof TableUnfit;

/**
 * Finds out what a workflow needs to know at its start. What only needs the world to heal is an ordinary error, tried again;
 * what needs a decision fails the run.
 */
export function resolving<T>(
  work: () => Promise<T>,
  needsDecision: (error: unknown) => boolean = isTableUnfit,
): Promise<T> {
  return beating(async () => {
    try {
      return await work();
    } catch (error) {
      const isDecision = error instanceof Error && needsDecision(error);
      throw isDecision ? decision(error.message) : error;
    }
  });
}

/**
 * The topic that a person named, or the environment. Checked here and not with the rest of the input: a run that waits for
 * such a topic since an earlier version must still replay.
 */
export function namedTopic(text: string): string {
  if (!isTopicName(text)) throw decision(`Kafka allows no topic "${text}": ${TOPIC_NAME_RULE}`);
  return text;
}

/** The table that a person named, or the environment. */
export function namedTable(text: string, defaultDatabase: string): TableName {
  const name = parseTableName(text, defaultDatabase);
  if (name === null) {
    throw decision(`"${text}" names no table: give "table" or "database.table"`);
  }
  return name;
}
