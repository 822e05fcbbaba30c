const PARTS = ['read', 'decode', 'typed', 'json', 'transforms'] as const;

/** Prints what each step of a record's way from a socket to a column costs, in this process and without servers. */
export async function measureMicro(): Promise<number> {
  for (const part of PARTS) {
    console.log(`\n${part}`);
    // Each part measures while it is loaded.
    await import(`./${part}.js`);
  }
  return 0;
}
