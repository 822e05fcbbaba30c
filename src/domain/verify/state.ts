import {
  DIFFERENCES_REPORTED,
  RANGES_REPORTED,
  VERIFY_CONTENT_SLICE_OFFSETS,
  VERIFY_SLICE_OFFSETS,
} from '../limits.js';
import type { SliceProgress, VerifyPlan, VerifySlice } from './plan.js';
import { NO_TALLY, type Tally } from './tally.js';

/**
 * Everything that a `verify` remembers, as plain JSON. Continue-as-new passes it on as the second argument. `v` is its
 * version.
 */
export interface VerifyState {
  readonly v: 1;
  readonly plan: VerifyPlan;
  /** One element for each partition of the plan, in its order. */
  readonly found: readonly Found[];
}

export interface Found {
  /** Offsets below this one have been compared. */
  readonly next: number;
  readonly tally: Tally;
}

export function firstVerifyState(plan: VerifyPlan): VerifyState {
  const found = plan.partitions.map(({ first }) => ({ next: first, tally: NO_TALLY }));
  return { v: 1, plan, found };
}

/** The next offsets to compare in the plan's partition number `place`. Null at its end. */
export function nextSlice({ plan, found }: VerifyState, place: number): VerifySlice | null {
  const partition = plan.partitions[place];
  const at = found[place];
  if (partition === undefined || at === undefined || at.next >= partition.end) return null;
  const { topic, topicId, log, contract, table, hasDeadLetters, by, content } = plan;
  const size = content === undefined ? VERIFY_SLICE_OFFSETS : VERIFY_CONTENT_SLICE_OFFSETS;
  const end = Math.min(partition.end, at.next + size);
  const range = { ...partition, first: at.next, end };
  const slice = { topic, topicId, log, table, hasDeadLetters, by, range, before: at.tally };
  return { ...slice, ...(contract && { contract }), ...(content && { content }) };
}

/** Stores the result of a slice. */
export function foldSlice(state: VerifyState, place: number, result: SliceProgress): VerifyState {
  const { next, tally } = result;
  return withinReport({ ...state, found: state.found.with(place, { next, tally }) });
}

/** Drops ranges and values that no report will list, so that the state stays small no matter how much is wrong. */
function withinReport(state: VerifyState): VerifyState {
  let lostLeft = RANGES_REPORTED;
  let doubledLeft = RANGES_REPORTED;
  const found = state.found.map((each) => {
    const lostRanges = keep(each.tally.lostRanges, lostLeft);
    const doubledRanges = keep(each.tally.doubledRanges, doubledLeft);
    lostLeft -= lostRanges.first.length;
    doubledLeft -= doubledRanges.first.length;
    return { ...each, tally: { ...each.tally, lostRanges, doubledRanges } };
  });
  return { ...state, found: withinValues(found) };
}

function withinValues(found: readonly Found[]): readonly Found[] {
  let differencesLeft = DIFFERENCES_REPORTED;
  let predatingLeft = DIFFERENCES_REPORTED;
  return found.map((each) => {
    const { content } = each.tally;
    if (content === undefined) return each;
    const differences = keep(content.differences, differencesLeft);
    const predating = keep(content.predating, predatingLeft);
    differencesLeft -= differences.first.length;
    predatingLeft -= predating.first.length;
    return { ...each, tally: { ...each.tally, content: { ...content, differences, predating } } };
  });
}

function keep<List extends { readonly first: readonly unknown[] }>(list: List, left: number): List {
  return list.first.length <= left ? list : { ...list, first: list.first.slice(0, left) };
}

/** Whether everything has been compared. */
export function isCompared({ plan, found }: VerifyState): boolean {
  return plan.partitions.every(({ end }, place) => (found[place]?.next ?? 0) >= end);
}
