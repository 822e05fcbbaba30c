import { type LogDecision, storedTopicId } from '../log/log.js';

/** What a commit states besides the offset. */
export interface CommitOrigin {
  readonly workflowId: string;
  /** 0 if the commit belongs to no batch. */
  readonly batch: number;
  /** Id of the log that the offset belongs to, as the broker reports it. */
  readonly topicId: string;
  readonly log?: LogDecision | undefined;
}

/**
 * Metadata that Kafka stores with each committed offset: which workflow committed it, with which batch, for which log, and
 * what a person decided about that log. Kafka keeps it as long as the topic exists. The format is frozen; parts may be
 * added at the end.
 */
export function commitMetadata({ workflowId, batch, topicId, log }: CommitOrigin): string {
  const id = storedTopicId(topicId);
  const parts = [encodeURIComponent(workflowId), String(batch)];
  if (id !== '') parts.push(id);
  if (id !== '' && log?.choice === 'new') parts.push(`new:${log.unknownSince}`);
  if (id !== '' && log?.choice === 'same') parts.push(`same:${log.sameAs.join(',')}`);
  return parts.join('/');
}

/** Id of the workflow that committed last, or null if another program did. */
export function committedBy(metadata: string): string | null {
  return partsOf(metadata)?.workflowId ?? null;
}

/** The log that an offset was committed for, and the decision about it. Null if the metadata does not say. */
export function committedFor(metadata: string): {
  readonly topicId: string;
  readonly decided: Pick<LogDecision, 'choice' | 'sameAs' | 'unknownSince'> | null;
} | null {
  const parts = partsOf(metadata);
  if (parts?.topicId === undefined) return null;
  const { topicId, decision = '' } = parts;
  const [, since] = /^new:(\d+)$/.exec(decision) ?? [];
  if (since !== undefined) {
    return { topicId, decided: { choice: 'new', sameAs: [], unknownSince: Number(since) } };
  }
  const [, ids] = /^same:([\w,-]*)$/.exec(decision) ?? [];
  if (ids === undefined) return { topicId, decided: null };
  const sameAs = ids.split(',').filter((id) => id !== '');
  return { topicId, decided: { choice: 'same', sameAs, unknownSince: 0 } };
}

const METADATA = /^([^\s/]+)\/\d+(?:\/([\w-]{22})(?:\/(\S+))?)?$/;

function partsOf(metadata: string) {
  const [, name, topicId, decision] = METADATA.exec(metadata) ?? [];
  if (name === undefined) return null;
  try {
    return { workflowId: decodeURIComponent(name), topicId, decision };
  } catch {
    return null;
  }
}
