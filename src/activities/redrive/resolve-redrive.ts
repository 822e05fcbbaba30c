import type { RedriveInput } from '../../domain/pipeline/public-types.js';
import type { SettingsDefaults } from '../../domain/pipeline/settings.js';
import { deadLettersOf, writtenName, type TableName } from '../../domain/pipeline/table-name.js';
import type { Target } from '../../domain/pipeline/target.js';
import type { OpenLetters, TableContents } from '../../domain/ports.js';
import { choiceOf } from '../../domain/redrive/input.js';
import type { RedrivePlan } from '../../domain/redrive/plan.js';
import { decision } from '../resolve/decision.js';
import { namedTable, resolving } from '../resolve/resolving.js';

export interface ResolveRedriveDependencies {
  readonly contents: TableContents;
  readonly openLetters: OpenLetters;
  readonly defaults: SettingsDefaults;
}

/** Completes the input from the worker's environment, and counts what it chooses. */
export function resolveRedrive(
  input: RedriveInput,
  dependencies: ResolveRedriveDependencies,
): Promise<RedrivePlan> {
  return resolving(() => resolve(input, dependencies));
}

async function resolve(
  input: RedriveInput,
  { contents, openLetters, defaults }: ResolveRedriveDependencies,
): Promise<RedrivePlan> {
  const table = namedTable(input.table ?? defaults.table, defaults.database);
  const found = await contents.describe(table);
  if (found === null) {
    throw decision(
      `${writtenName(table)} does not exist or can't be seen by this user: there is nothing to insert into`,
    );
  }
  if (!found.hasDeadLetters) {
    throw decision(
      `${writtenName(deadLettersOf(table))} does not exist or can't be seen by this user: there are no dead letters`,
    );
  }
  const topic = input.topic ?? defaults.topic;
  const choice = choiceOf(input);
  const action = input.action ?? 'redrive';
  const { open, skips } = await openLetters.count({ table, topic, choice });
  const notes = [
    ...(action === 'redrive' ? guaranteeNotes(found.target, table) : []),
    ...(skips > 0 ? [skipsNote(skips)] : []),
  ];
  return { topic, table, action, dryRun: input.dryRun ?? true, choice, open, notes };
}

function guaranteeNotes({ findable }: Target, table: TableName): readonly string[] {
  if (findable) return [];
  return [
    `Rows of ${writtenName(table)} can't be looked for: what is sent again after a failure relies on its token alone.`,
  ];
}

function skipsNote(skips: number): string {
  const what = skips === 1 ? '1 range was' : `${skips.toLocaleString('en-US')} ranges were`;
  return `${what} left out by decision and hold no records here: to bring them in, start a pipeline over them with "from", "until" and another "groupId".`;
}
