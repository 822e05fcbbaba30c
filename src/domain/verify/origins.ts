import { amountOf, listedIds, type LogVerdict } from '../pipeline/which-log.js';

/** Rows that don't say which log they belong to count as this log's, although nothing shows that they are. */
export function originDoubts({ kind, unknown }: LogVerdict): readonly string[] {
  if (kind === 'decided' || unknown.length === 0) return [];
  return [
    `${amountOf(unknown)} don't say which log they belong to, and the group has no offsets that would show it: they are compared as rows of this log. If the topic was recreated or is on another cluster, give "log":"new". If they belong to these records, give "log":"same".`,
  ];
}

/** What the table holds from other logs with the topic's name. */
export function originNotes({ others }: LogVerdict, topic: string): readonly string[] {
  if (others.length === 0) return [];
  const ids = listedIds(others);
  const which = ids === '' ? '' : ` (topic id ${ids})`;
  return [
    `${amountOf(others)} of topic ${topic} belong to other logs${which}: they are not compared. If the topic is an offset-preserving mirror of one of them, give "log":"same".`,
  ];
}
