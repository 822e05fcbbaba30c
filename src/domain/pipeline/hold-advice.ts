import type { Hold, HoldReason } from './public-types.js';

/** What a hold means, and the commands that end it, ready to be copied. */
export function holdAdvice(hold: Hold, workflowId: string): string {
  const choices = CHOICES[hold.reason].map(({ action, meaning }) => {
    const offset =
      action === 'skipTo' ? `,"offset":"${hold.firstAvailable ?? hold.range.end}"` : '';
    const input = `{"partition":${hold.partition},"action":"${action}"${offset}}`;
    return `- ${meaning}:\n\n  \`temporal workflow update execute --workflow-id ${shellQuoted(workflowId)} --name resolveHold --input '${input}'\``;
  });
  return [
    `**Partition ${hold.partition} is held: ${hold.reason}** (since ${hold.since})`,
    hold.detail,
    ...choices,
  ].join('\n\n');
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
    { action: 'skipTo', meaning: 'Fill the new table again from an earlier offset' },
    { action: 'retry', meaning: 'The old table is back: look again' },
  ],
};

/** Single quotes for the shell, where the id needs them. */
export function shellQuoted(workflowId: string): string {
  return /^[\w./:@-]+$/.test(workflowId) ? workflowId : `'${workflowId.replaceAll("'", `'\\''`)}'`;
}
