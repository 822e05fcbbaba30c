import type { RedriveReport } from './public-types.js';
import { writtenName } from '../table/table-name.js';
import { countAll, type RedriveState } from './state.js';

/** The report so far. For a dry run: what would happen. */
export function redriveReport(
  { plan, letters, sum }: RedriveState,
  state: RedriveReport['state'],
): RedriveReport {
  const { action, dryRun, topic, table } = plan;
  return {
    state,
    action,
    dryRun,
    topic,
    table: writtenName(table),
    chosen: countAll(plan.open),
    letters,
    redriven: countAll(sum.redriven),
    redrivenByReason: sum.redriven,
    alreadyThere: sum.alreadyThere,
    rejected: countAll(sum.rejected),
    rejectedByReason: sum.rejected,
    filtered: sum.filtered,
    dropped: countAll(sum.dropped),
    otherContracts: plan.otherContracts ?? {},
    notes: [...(dryRun ? [DRY_RUN] : []), ...plan.notes],
  };
}

/** The note of a dry run. */
export const DRY_RUN =
  'Nothing was changed: start it again with "dryRun": false to make these changes.';

/** The report before anything is known. */
export const STARTING_REPORT: RedriveReport = {
  state: 'starting',
  action: 'redrive',
  dryRun: true,
  topic: '',
  table: '',
  chosen: 0,
  letters: 0,
  redriven: 0,
  redrivenByReason: {},
  alreadyThere: 0,
  rejected: 0,
  rejectedByReason: {},
  filtered: 0,
  dropped: 0,
  otherContracts: {},
  notes: [],
};
