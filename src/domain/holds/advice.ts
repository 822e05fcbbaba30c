import type { Offset } from '../records/offset-range.js';
import type { Choice, Hold } from './hold.js';
import { HOLD_KINDS } from './hold-kinds.js';

/** Explains a hold and lists the commands that resolve it, ready to be copied. */
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
  /** Input of the update `resolveHold`. */
  readonly input: {
    readonly partition: number;
    readonly action: Choice['action'];
    readonly offset?: Offset;
  };
}

/** The decisions that resolve a hold, the usual one first. */
export function holdChoices(hold: Hold): readonly HoldChoice[] {
  const { partition } = hold;
  return choicesOf(hold).map(({ action, meaning }) => ({
    meaning,
    input: { partition, action, ...(action === 'skipTo' && { offset: skipTarget(hold) }) },
  }));
}

function choicesOf(hold: Hold): readonly Choice[] {
  const { choices, choicesFor } = HOLD_KINDS[hold.reason];
  return choicesFor?.(hold) ?? choices;
}

/** The offset in the suggested command. A person may replace it with any other offset of the partition. */
function skipTarget({ logEnd, firstAvailable, range }: Hold): Offset {
  return logEnd ?? firstAvailable ?? range.end;
}

/** Quotes the id for the shell if it needs quotes. */
export function shellQuoted(workflowId: string): string {
  return /^[\w./:@-]+$/.test(workflowId) ? workflowId : `'${workflowId.replaceAll("'", `'\\''`)}'`;
}
