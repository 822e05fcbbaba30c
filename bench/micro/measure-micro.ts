/** Each step of a record's way from a socket to a column, in this process and without servers. */
export async function measureMicro(): Promise<number> {
  for (const part of ['read', 'decode', 'typed'] as const) {
    console.log(`\n${part}`);
    await PARTS[part]();
  }
  return 0;
}

/** Loaded one after the other: what one has compiled must not warm up the next. */
const PARTS = {
  read: () => import('./read.js'),
  decode: () => import('./decode.js'),
  typed: () => import('./typed.js'),
} as const;
