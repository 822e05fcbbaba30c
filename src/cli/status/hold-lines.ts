import { holdChoices } from '../../domain/holds/advice.js';
import { instant } from '../../domain/readable-units.js';
import type { Hold } from '../../domain/holds/hold.js';
import { quoted } from '../text/shell.js';
import type { Style } from '../text/style.js';

/** What a hold is about, and the commands that end it. */
export function holdLines(hold: Hold, workflowId: string, style: Style): readonly string[] {
  const { partition, reason, since, detail } = hold;
  const choices = holdChoices(hold).flatMap(({ meaning, input }) => {
    const offset = input.offset === undefined ? '' : ` ${input.offset}`;
    const command = `millrace resolve ${quoted(workflowId)} ${input.partition} ${input.action}${offset}`;
    return [`  ${meaning}:`, `    ${style.cyan(command)}`];
  });
  return [
    '',
    style.red(
      `Partition ${partition} has been held since ${instant(Date.parse(since))}: ${reason}`,
    ),
    `  ${detail}`,
    ...choices,
  ];
}
