import type { PipelineSettings, StartPosition } from '../pipeline/settings.js';
import type { PartitionStart, Reread, StartRule } from '../pipeline/start-position.js';
import { counted } from '../readable-units.js';

/** Partitions that a sentence lists. The rest are counted. */
const PARTITIONS_NAMED = 8;

export interface Started {
  readonly settings: PipelineSettings;
  readonly rule: StartRule;
  readonly starts: readonly PartitionStart[];
  readonly rereads: readonly Reread[];
  /** The input's `existing`. Undefined if the input does not set it. */
  readonly existing: 'skip' | 'insert' | undefined;
}

/** Notes about where a run starts: what was requested but is not done, and what is read again. */
export function startNotes(started: Started): readonly string[] {
  const { settings, rule, existing } = started;
  const replay = settings.replay === true;
  return [
    ...(replay && rule === 'continue' ? [notRepeated(settings)] : []),
    ...(!replay && rule === 'continue' && settings.from !== 'committed' ? continued(started) : []),
    ...(replay && rule !== 'continue' ? [readsAgain(started, '"replay"')] : []),
    ...(!replay && rule === 'range' && started.rereads.length > 0
      ? [readsAgain(started, '"existing":"insert"')]
      : []),
    ...(existing === 'insert' && settings.until === null && !replay
      ? [
          '"existing":"insert" has no effect without "until": rows that are already in the table are not inserted again. To read records again, give "from" and "replay":true',
        ]
      : []),
  ];
}

function continued({ settings, starts }: Started): readonly string[] {
  const going = starts.filter(({ by }) => by === 'committed');
  if (going.length === 0) return [];
  const others = starts.filter(({ by }) => by !== 'committed');
  const rest =
    others.length === 0 ? '' : ` Without one: ${named(others, ({ offset }) => `at ${offset}`)}.`;
  return [
    `"from":${written(settings.from)} does not apply where group ${settings.groupId} has an offset: the run continues from there (${named(going, ({ offset }) => `at ${offset}`)}).${rest} To read records again, start with "replay":true`,
  ];
}

function readsAgain({ settings, starts, rereads }: Started, asked: string): string {
  const records = rereads.reduce((sum, { first, end }) => sum + end - first, 0);
  if (records === 0) {
    return `${asked} has nothing to read again: neither group ${settings.groupId} nor the table is past "from" (${named(starts, ({ offset }) => `at ${offset}`)})`;
  }
  const what = named(rereads, ({ first, end, epoch }) => `${first} to ${end} as epoch ${epoch}`);
  return `${asked} reads up to ${counted(records, 'record', 'records')} again, and their rows will be duplicated (${what})`;
}

function notRepeated({ groupId }: PipelineSettings): string {
  return `"replay" is not repeated by a workflow that was reset or retried: the run continues from the offsets of group ${groupId}. To read the records once more, end this workflow and start it again`;
}

function named<Each extends { readonly partition: number }>(
  partitions: readonly Each[],
  what: (each: Each) => string,
): string {
  const shown = partitions
    .slice(0, PARTITIONS_NAMED)
    .map((each) => `partition ${each.partition} ${what(each)}`)
    .join(', ');
  const left = partitions.length - PARTITIONS_NAMED;
  return left > 0 ? `${shown} and ${left} more` : shown;
}

/** Offsets of a thousand partitions would hide the rest of the sentence. */
function written(from: StartPosition): string {
  return typeof from === 'object' && 'offsets' in from ? '{"offsets":...}' : JSON.stringify(from);
}
