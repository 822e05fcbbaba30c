/** From the global symbol registry, because a config file may load its own copy of this module. */
const VERDICT: unique symbol = Symbol.for('millrace.verdict') as never;

/** What a transform may return instead of a row. */
export type Verdict =
  { readonly [VERDICT]: 'filtered' } | { readonly [VERDICT]: 'rejected'; readonly why: string };

/** Leaves the event out. It is counted as filtered, and `verify` does not report it as lost. */
export const filtered: Verdict = { [VERDICT]: 'filtered' };

/** Turns the event into a dead letter. `why` appears in its `error` and in logs, so name the rule and never quote the event. */
export function rejected(why: string): Verdict {
  return { [VERDICT]: 'rejected', why };
}

export function verdictOf(returned: object): 'row' | 'filtered' | 'rejected' {
  return VERDICT in returned ? (returned as Verdict)[VERDICT] : 'row';
}
