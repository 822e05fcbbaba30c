import { TableUnfit } from '../../domain/errors.js';
import { isTopicName, TOPIC_NAME_RULE } from '../../domain/pipeline/input.js';
import { quotedName } from '../../domain/shown-name.js';
import { parseTableName, type TableName } from '../../domain/table/table-name.js';
import { beating } from './heartbeat.js';
import { decision } from './failures.js';

const isTableUnfit = (error: unknown) => error instanceof TableUnfit;

/**
 * Runs `work`, which finds out what a workflow needs to know at its start. Errors that may pass by themselves are retried. Errors
 * that need a decision fail the run.
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
 * Checks the name of the topic, which comes from the input or the environment. It is not checked with the rest of the input,
 * because runs that an earlier release started with an invalid name, and that still wait for the topic, must replay.
 */
export function namedTopic(text: string): string {
  if (!isTopicName(text))
    throw decision(`${quotedName(text)} is not a valid Kafka topic name: ${TOPIC_NAME_RULE}`);
  return text;
}

/** Parses the name of the table, which comes from the input or the environment. */
export function namedTable(text: string, defaultDatabase: string): TableName {
  const name = parseTableName(text, defaultDatabase);
  if (name === null) {
    throw decision(`${quotedName(text)} is not a table name: give "table" or "database.table"`);
  }
  return name;
}
