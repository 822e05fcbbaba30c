/** Addresses, which may contain a password. */
const ADDRESS = /@|:\/\//;

/** A wrong name in quotes, for a message. People paste addresses where a name belongs; those are not repeated. */
export function quotedName(text: string): string {
  return ADDRESS.test(text) ? '"***" (hidden, because it may contain a password)' : `"${text}"`;
}

/** The same without quotes. */
export function shownName(text: string): string {
  return ADDRESS.test(text) ? '***' : text;
}
