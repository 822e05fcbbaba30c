/** The size of a terminal. 80 columns and 24 rows if it does not know it: some report none, others 0. */
export function terminalSize({
  columns = 0,
  rows = 0,
}: {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
}): { readonly columns: number; readonly rows: number } {
  return { columns: columns > 0 ? columns : 80, rows: rows > 0 ? rows : 24 };
}
