import type { Hold, HoldReason } from './hold.js';
import type { Offset } from '../records/offset-range.js';

/** What a hold means, and the commands that end it, ready to be copied. */
export function holdAdvice(hold: Hold, workflowId: string): string {
  const choices = holdChoices(hold).map(({ input, meaning }) => {
    const text = JSON.stringify(input);
    return `- ${meaning}:\n\n  \`temporal workflow update execute --workflow-id ${shellQuoted(workflowId)} --name resolveHold --input '${text}'\``;
  });
  return [
    `**Partition ${hold.partition} is held: ${hold.reason}** (since ${hold.since})`,
    hold.detail,
    ...choices,
  ].join('\n\n');
}

export interface HoldChoice {
  readonly meaning: string;
  /** Of the update `resolveHold`. */
  readonly input: {
    readonly partition: number;
    readonly action: Choice['action'];
    readonly offset?: Offset;
  };
}

/** The decisions that end a hold, the usual one first. */
export function holdChoices(hold: Hold): readonly HoldChoice[] {
  const { partition } = hold;
  return choicesOf(hold).map(({ action, meaning }) => ({
    meaning,
    input: { partition, action, ...(action === 'skipTo' && { offset: skipTarget(hold) }) },
  }));
}

function choicesOf(hold: Hold): readonly Choice[] {
  if (hold.divergedAt !== undefined) return truncatedChoices(hold, hold.divergedAt);
  if (hold.reason === 'TopicRewound' && hold.logEnd !== undefined) return END_CUT_OFF;
  if (hold.reason === 'TableRefuses' && hold.view !== undefined) return VIEW_REFUSES;
  return CHOICES[hold.reason];
}

/** What the commands name; any other offset of the partition may be put in its place. */
function skipTarget({ logEnd, firstAvailable, range }: Hold): Offset {
  return logEnd ?? firstAvailable ?? range.end;
}

interface Choice {
  readonly action: 'retry' | 'skipTo' | 'continue';
  readonly meaning: string;
}

const CHOICES: Readonly<Record<HoldReason, readonly Choice[]>> = {
  DataLost: [
    {
      action: 'continue',
      meaning: 'The records are gone: record the loss and go on with what is left',
    },
    {
      action: 'retry',
      meaning: 'Look again, for example after pointing the brokers at a copy that still has them',
    },
  ],
  TopicRewound: [
    { action: 'continue', meaning: 'The topic is a new one: read it from its start' },
    { action: 'skipTo', meaning: 'Read it from another offset' },
    { action: 'retry', meaning: 'It was the wrong cluster for a while: look again' },
  ],
  TooManyRejections: [
    {
      action: 'retry',
      meaning: 'The contract or the transform was wrong and is mended: try the same records again',
    },
    { action: 'continue', meaning: 'The records are bad: set them aside as dead letters' },
    { action: 'skipTo', meaning: 'Leave the whole range out, by decision' },
  ],
  GroupOwnedElsewhere: [
    { action: 'retry', meaning: 'The other pipeline was stopped: look again' },
    { action: 'continue', meaning: 'This pipeline owns the group from here on' },
  ],
  TableReplaced: [
    { action: 'continue', meaning: 'The new table is meant: go on into it from the next offset' },
    {
      action: 'skipTo',
      meaning: 'Fill the new table again with all that the log still has, or from another offset',
    },
    { action: 'retry', meaning: 'The old table is back: look again' },
  ],
  BatchTooLarge: [
    {
      action: 'retry',
      meaning: 'The workers were restarted with more memory (MILLRACE_MEMORY_MIB): read it',
    },
    { action: 'skipTo', meaning: 'Leave the batch out and record that, and go on behind it' },
  ],
  TableRefuses: [
    { action: 'retry', meaning: 'What refused them has been fixed: send the same records again' },
    {
      action: 'continue',
      meaning: 'The records are bad: those that are refused become dead letters, the others rows',
    },
    { action: 'skipTo', meaning: 'Leave the whole range out: the decision is recorded' },
  ],
  TableChanged: [
    { action: 'retry', meaning: 'The table has been restored: try the same records again' },
    {
      action: 'continue',
      meaning: 'The change is meant: go on with less, and keep this decision in the status',
    },
  ],
};

const VIEW_REFUSES: readonly Choice[] = [
  {
    action: 'retry',
    meaning:
      'The view has been fixed: send the same blocks again, so that it agrees with the table',
  },
  {
    action: 'continue',
    meaning: 'Go on without the view: the table has the rows, and the view lacks them',
  },
  { action: 'skipTo', meaning: 'Leave the whole range out: the decision is recorded' },
];

/** Leader epochs say where the log is another one. */
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

/** The topic has the id that it had, and nothing is known of its leaders: an election of an unclean leader cuts logs off, for example. */
const END_CUT_OFF: readonly Choice[] = [
  {
    action: 'skipTo',
    meaning: 'Only its end was cut off: go on with what comes behind it, and read nothing twice',
  },
  {
    action: 'continue',
    meaning:
      'All its records are new ones: read it from its start; those that are rows already are doubled',
  },
  { action: 'retry', meaning: 'It was the wrong cluster for a while: look again' },
];

/** Single quotes for the shell, where the id needs them. */
export function shellQuoted(workflowId: string): string {
  return /^[\w./:@-]+$/.test(workflowId) ? workflowId : `'${workflowId.replaceAll("'", `'\\''`)}'`;
}
