import { UsageError } from './errors.js';

/** These functions parse the text of options into fields of workflow inputs. All throw `UsageError`. */

export function wholeNumber(option: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`--${option} takes a whole number, not ${text}`);
}

/** A whole number up to `max`; `usual` if the option was not given. */
export function countUpTo(
  option: string,
  text: string | undefined,
  { usual, max }: { readonly usual: number; readonly max: number },
): number {
  if (text === undefined) return usual;
  const count = wholeNumber(option, text);
  if (count <= max) return count;
  throw new UsageError(`--${option} takes a whole number up to ${max}, not ${text}`);
}

export function decimalNumber(option: string, text: string): number {
  if (/^\d{1,15}(\.\d{1,9})?$/.test(text)) return Number(text);
  throw new UsageError(`--${option} takes a number, not ${text}`);
}

export function jsonObject(option: string, text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`--${option} is not JSON: ${why}`, { cause: error });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new UsageError(`--${option} takes a JSON object, for example '{"lanes":2}'`);
}

/** A word such as `earliest`, an instant, or JSON such as `{"offsets":{"0":"123"}}`. */
export function position(option: string, text: string): unknown {
  if (text.startsWith('{')) return jsonObject(option, text);
  return /^\d{4}-/.test(text) ? { timestamp: text } : text;
}

/** Removes the options that were not given. */
export function given<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}

/** Returns the input if its workflow would accept it. */
export function accepted<T>(
  parsed:
    | { readonly kind: 'valid'; readonly value: T }
    | { readonly kind: 'invalid'; readonly why: string },
): T {
  if (parsed.kind === 'valid') return parsed.value;
  throw new UsageError(parsed.why);
}
