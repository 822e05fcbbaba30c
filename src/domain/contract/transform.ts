import type { EventContract, EVENT_CONTRACT } from './event-contract.js';
import type { EventOf, ReceivedRowOf, RowOf } from './event-row.js';
import type { Verdict } from './verdict.js';

/**
 * Returns the row to store for a valid event, or a verdict: `filtered` or `rejected('why')` of `verdict.ts`. `event` holds
 * the parsed values, `row` what would be stored unchanged. It must be pure and deterministic, because a batch that is tried
 * again must make the same rows. An error that it throws rejects the event.
 */
export type Transform<C extends EventContract = typeof EVENT_CONTRACT> = (
  event: EventOf<C>,
  row: ReceivedRowOf<C>,
) => RowOf<C> | Verdict;

/** Stores every event as it was sent, without parsing it. */
export const identity = <Row>(_event: unknown, row: Row): Row => row;

/** The place for your own logic. */
export const transform: Transform = identity;
