/** Of the registry of symbols: a config file may load a copy of this module of its own. */
const VERDICT: unique symbol = Symbol.for('millrace.verdict') as never;

/** What a transform says instead of giving a row. */
export type Verdict =
  { readonly [VERDICT]: 'filtered' } | { readonly [VERDICT]: 'rejected'; readonly why: string };

/** Leave the event out. It is counted, and `verify` does not miss it. */
export const filtered: Verdict = { [VERDICT]: 'filtered' };

/** Set the event aside as a dead letter. `why` stands in its `error` and in logs: name the rule, never quote the event. */
export function rejected(why: string): Verdict {
  return { [VERDICT]: 'rejected', why };
}

export function verdictOf(returned: object): 'row' | 'filtered' | 'rejected' {
  return VERDICT in returned ? (returned as Verdict)[VERDICT] : 'row';
}
