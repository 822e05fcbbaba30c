import { amountOf, listedIds, type LogVerdict } from '../pipeline/which-log.js';

/** Rows that do not say which log they are of count as this one's, and nothing shows that they are. */
export function originDoubts({ kind, unknown }: LogVerdict): readonly string[] {
  if (kind === 'decided' || unknown.length === 0) return [];
  return [
    `${amountOf(unknown)} don't say which log they are of, and the group has no offsets that would show it: they are compared as this log's. If the topic was recreated, or is another cluster's, give "log":"new"; if they are of these records, "log":"same".`,
  ];
}

/** What the table holds of other logs of the topic's name. */
export function originNotes({ others }: LogVerdict, topic: string): readonly string[] {
  if (others.length === 0) return [];
  const ids = listedIds(others);
  const which = ids === '' ? '' : ` (topic id ${ids})`;
  return [
    `${amountOf(others)} of topic ${topic} are of other logs${which}: they are not compared. If the topic is an offset-preserving mirror of one of them, give "log":"same".`,
  ];
}
