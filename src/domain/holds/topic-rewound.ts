import type { Divergence } from '../log/divergence.js';
import type { Offset } from '../records/offset-range.js';
import type { Choice, Hold, HoldKind } from './hold.js';

export const topicRewound: HoldKind = {
  meaning:
    'Kafka lost records that were read (an unclean leader election), or another topic has the name (it was recreated, or the brokers are another cluster)',
  choices: [
    { action: 'continue', meaning: 'The topic is a new one: read it from its start' },
    { action: 'skipTo', meaning: 'Read it from another offset' },
    { action: 'retry', meaning: 'It was the wrong cluster for a while: check again' },
  ],
  choicesFor: (hold) => {
    if (hold.divergedAt !== undefined) return truncatedChoices(hold, hold.divergedAt);
    return hold.logEnd === undefined ? null : END_CUT_OFF;
  },
  more: 'Where Kafka lost records, the answers are [others](#topicrewound).',
};

/** The topic has the id that it had, and nothing is known of its leaders: an election of an unclean leader truncates logs, for example. */
const END_CUT_OFF: readonly Choice[] = [
  {
    action: 'skipTo',
    meaning: 'Only its end was cut off: continue with what comes after it, and read nothing twice',
  },
  {
    action: 'continue',
    meaning:
      'All its records are new ones: read it from its start; those that are rows already are duplicated',
  },
  { action: 'retry', meaning: 'It was the wrong cluster for a while: check again' },
];

/** Leader epochs say from where on the log is another one. */
function truncatedChoices({ logEnd }: Hold, divergedAt: Offset): readonly Choice[] {
  return [
    {
      action: 'continue',
      meaning: `Read again from offset ${divergedAt}: the records that are there now become rows of the next \`_epoch\`; rows of the records that Kafka lost stay, with the \`_epoch\` before`,
    },
    {
      action: 'skipTo',
      meaning: `Leave out the records from offset ${divergedAt} to ${logEnd ?? 'the end'}: they are recorded as skipped, and nothing is read twice`,
    },
    {
      action: 'retry',
      meaning:
        'The broker with the lost records leads again, or it was the wrong cluster: check again',
    },
  ];
}

/** Another topic stands under the name. Nobody can see from here whether it is on another cluster. */
export function anotherTopic(topicId: string, before: string, what: string): string {
  return `Another topic has the name (id ${topicId}, before ${before}): it was recreated, or the brokers are another cluster. Offsets of one mean nothing in the other: ${what} belong to the one before. If the topic is an offset-preserving mirror of it, stop the pipeline and start it with "log":"same".`;
}

/** Leader epochs show that the end of a log was removed after it was read; it may have grown again since. */
export function logTruncated(
  { partition, offset, isExact }: Divergence,
  { cursor, logEnd }: { readonly cursor: Offset; readonly logEnd: Offset },
): string {
  const from = isExact ? `from offset ${offset} on` : `from offset ${offset} on, or even before`;
  return `Kafka lost records of partition ${partition} that were read before, as an unclean leader election does: its log holds others ${from}. The next offset to read was ${cursor}, and the log ends at ${logEnd}.`;
}

export function logEndsBefore(at: {
  readonly partition: number;
  readonly logEnd: Offset | number;
  readonly next: Offset | number;
}): string {
  return `The log of partition ${at.partition} ends at ${at.logEnd}, before the next offset ${at.next}: records were removed from its end, or the topic was recreated.`;
}
