/** What distinguishes a table from another one with the same name. */
export interface TableIdentity {
  /** ClickHouse's UUID of the table. A recreated table has another one, and replicas may differ in it. Empty if there is none. */
  readonly tableId: string;
  /**
   * For a replicated table: the node in Keeper that its replicas share, as `path@czxid`. A table that was recreated at the
   * same path has another czxid. Left out if unknown.
   */
  readonly replicatedId?: string | undefined;
}

/**
 * Whether it is the same table or another replica of it. If Keeper's node is unknown, as in older states, only the UUIDs
 * decide. The same UUID is sufficient, because Keeper's node changes when a replica is restored from its parts.
 */
export function isSameTable(known: TableIdentity, found: TableIdentity): boolean {
  if (known.tableId === found.tableId) return true;
  return known.replicatedId !== undefined && known.replicatedId === found.replicatedId;
}

/** What was found at a replica, with the identity that plans and state use. */
export function underIdentity<Found extends TableIdentity>(
  found: Found,
  { tableId, replicatedId }: TableIdentity,
): Found {
  return { ...found, tableId, replicatedId: found.replicatedId ?? replicatedId };
}
