import type { Divergence } from '../log/divergence.js';
import type { Offset } from '../records/offset-range.js';
import type { Choice, Hold, HoldKind } from './hold.js';

export const topicRewound: HoldKind = {
  meaning:
    'Kafka lost records that were read (an unclean leader election), or the topic is another one with the same name (it was recreated, or the brokers belong to another cluster)',
  choices: [
    { action: 'continue', meaning: 'The topic is new: read it from its start' },
    { action: 'skipTo', meaning: 'Read it from another offset' },
    {
      action: 'retry',
      meaning: 'The workers were connected to the wrong cluster for a while: check again',
    },
  ],
  choicesFor: (hold) => {
    if (hold.divergedAt !== undefined) return truncatedChoices(hold, hold.divergedAt);
    return hold.logEnd === undefined ? null : END_CUT_OFF;
  },
  more: 'If Kafka lost records, the choices are [different](#topicrewound).',
};

/**
 * Choices if the topic has the same id and its leader epochs are unknown. For example, an unclean leader election truncates
 * logs.
 */
const END_CUT_OFF: readonly Choice[] = [
  {
    action: 'skipTo',
    meaning:
      'Only the end of the log was removed: continue with the records that follow, and read nothing twice',
  },
  {
    action: 'continue',
    meaning:
      'All records in the log are new: read it from its start. Records that already have rows are then duplicated',
  },
  {
    action: 'retry',
    meaning: 'The workers were connected to the wrong cluster for a while: check again',
  },
];

/** Choices if leader epochs show from which offset on the log differs. */
function truncatedChoices({ logEnd }: Hold, divergedAt: Offset): readonly Choice[] {
  return [
    {
      action: 'continue',
      meaning: `Read again from offset ${divergedAt}: the records that the log has now become rows of the next \`_epoch\`; rows of the records that Kafka lost stay in the table with the previous \`_epoch\``,
    },
    {
      action: 'skipTo',
      meaning: `Skip the records from offset ${divergedAt} to ${logEnd ?? 'the end'}: they are recorded as skipped, and nothing is read twice`,
    },
    {
      action: 'retry',
      meaning:
        'The broker that has the lost records is the leader again, or the workers were connected to the wrong cluster: check again',
    },
  ];
}

/** The topic is another one with the same name. Millrace can't see whether it is on another cluster. */
export function anotherTopic(topicId: string, before: string, what: string): string {
  return `The topic is another one with the same name (id ${topicId}, previously ${before}): it was recreated, or the brokers belong to another cluster. Offsets of one topic mean nothing in the other: ${what} belong to the earlier topic. If the topic is an offset-preserving mirror of it, stop the pipeline and start it with "log":"same".`;
}

/** Leader epochs show that the end of a log was removed after it was read. The log may have grown again since. */
export function logTruncated(
  { partition, offset, isExact }: Divergence,
  { cursor, logEnd }: { readonly cursor: Offset; readonly logEnd: Offset },
): string {
  const from = isExact ? `from offset ${offset} on` : `from offset ${offset} on, or earlier`;
  return `Kafka lost records of partition ${partition} that had already been read, as can happen in an unclean leader election: its log has other records ${from}. The next offset to read was ${cursor}, and the log ends at ${logEnd}.`;
}

export function logEndsBefore(at: {
  readonly partition: number;
  readonly logEnd: Offset | number;
  readonly next: Offset | number;
}): string {
  return `The log of partition ${at.partition} ends at ${at.logEnd}, before the next offset ${at.next}: records were removed from its end, or the topic was recreated.`;
}
