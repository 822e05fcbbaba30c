import { z } from 'zod';

/** The expected result of a record, by zod and JavaScript alone. */
export type Fate =
  | { readonly kind: 'row'; readonly event: JudgedEvent }
  | { readonly kind: 'letter'; readonly stage: 'decode' | 'validate' };

export interface JudgedEvent {
  readonly event_id: string;
  readonly event_type: string;
  readonly source: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
  readonly payload: unknown;
  readonly metadata: unknown;
}

const LAST_SECOND = 2 ** 32 - 1;

const text = z
  .string()
  .min(1)
  .refine((value) => Buffer.from(value).toString() === value);
const instant = z.iso
  .datetime({ local: true, offset: true })
  .transform((value) => Date.parse(/T.*(Z|[+-]\d\d:\d\d)$/.test(value) ? value : `${value}Z`))
  .transform((ms) => Math.floor(ms / 1_000))
  .refine((seconds) => seconds >= 0 && seconds <= LAST_SECOND);
const object = z.custom<object>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
const event = z.object({
  event_id: text,
  event_type: text,
  source: text,
  timestamp: instant,
  payload: object,
  metadata: object.default({}),
});

export function fateOf(value: Buffer | null): Fate {
  let parsed: unknown;
  try {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    if (value === null) throw new Error('no value');
    parsed = JSON.parse(decoder.decode(value));
  } catch {
    return { kind: 'letter', stage: 'decode' };
  }
  const judged = event.safeParse(parsed);
  return judged.success
    ? { kind: 'row', event: judged.data }
    : { kind: 'letter', stage: 'validate' };
}
