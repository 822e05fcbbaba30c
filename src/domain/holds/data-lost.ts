import type { Offset } from '../records/offset-range.js';
import type { HoldKind } from './hold.js';

export const dataLost: HoldKind = {
  meaning: 'retention removed records before they were read',
  choices: [
    {
      action: 'continue',
      meaning: 'The records are gone: record the loss and continue with what is left',
    },
    {
      action: 'retry',
      meaning: 'Check again, for example after pointing the brokers at a copy that still has them',
    },
  ],
  more: 'The loss is a dead letter of stage `skip`; it stays in the totals and in `verify`. With `"onDataLoss":"skip"`, the pipeline does this without asking.',
};

export function retentionRemoved(lost: {
  readonly partition: number;
  readonly first: Offset | number;
  /** Exclusive: where the log begins now. */
  readonly logStart: Offset | number;
}): string {
  const { partition, first, logStart } = lost;
  return `Retention removed offsets [${first}, ${logStart}) of partition ${partition} before they were read.`;
}
