/** The commands that `npm run from-spark` prints, in order: for the shell, and statements for ClickHouse. */
export interface Printed {
  readonly kind: 'command' | 'statement';
  readonly text: string;
}

export function printedIn(text: string): readonly Printed[] {
  const joined = text.replaceAll(/\\\n\s*/g, '');
  const found = joined.matchAll(/^(temporal workflow .*)$|^(INSERT INTO [^;]*);/gm);
  return [...found].map(([, command, statement]) =>
    command === undefined
      ? { kind: 'statement', text: statement ?? '' }
      : { kind: 'command', text: command },
  );
}
