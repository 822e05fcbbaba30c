/** Quotes an argument for a shell, in single quotes if it needs them. */
export function quoted(argument: string): string {
  if (/^[\w./:@=,-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
