import { holdChoices } from '../../domain/holds/advice.js';
import { instant } from '../../domain/readable-units.js';
import type { Hold } from '../../domain/holds/hold.js';
import { quoted } from '../text/shell.js';
import type { Style } from '../text/style.js';

/** One command for all held partitions, if they are held for the same reason. */
export function decideAllLines(
  holds: readonly Hold[],
  workflowId: string,
  style: Style,
): readonly string[] {
  const [first, ...others] = holds;
  if (first === undefined || others.length === 0) return [];
  if (others.some(({ reason }) => reason !== first.reason)) return [];
  const actionsOf = (hold: Hold) => holdChoices(hold).map(({ input }) => input.action);
  const common = actionsOf(first).filter(
    // Each partition has its own offset to skip to.
    (action) => action !== 'skipTo' && others.every((other) => actionsOf(other).includes(action)),
  );
  if (common.length === 0) return [];
  const commands = common.map(
    (action) => `    ${style.cyan(`millrace resolve ${quoted(workflowId)} all ${action}`)}`,
  );
  return ['', `  The same for all ${holds.length} held partitions:`, ...commands];
}

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
