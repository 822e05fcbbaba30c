const PARTS = ['read', 'decode', 'typed', 'json', 'transforms'] as const;

/** Prints the cost of each step from a socket to a column, in this process and without servers. */
export async function measureMicro(): Promise<number> {
  for (const part of PARTS) {
    console.log(`\n${part}`);
    // Each module measures when it is loaded.
    await import(`./${part}.js`);
  }
  return 0;
}
