/** Where a row came from: what makes looking first, reading back and verifying possible. Names and types are frozen. */
export const LINEAGE_COLUMNS = [
  { name: '_topic', type: 'String' },
  { name: '_epoch', type: 'UInt32' },
  { name: '_partition', type: 'UInt32' },
  { name: '_offset', type: 'UInt64' },
] as const;
