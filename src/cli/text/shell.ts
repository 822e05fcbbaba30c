/** An argument as a shell takes it: in single quotes where it needs them. */
export function quoted(argument: string): string {
  if (/^[\w./:@=,-]+$/.test(argument)) return argument;
  return `'${argument.replaceAll("'", `'\\''`)}'`;
}
