/** What tells a table from another one under the same name. */
export interface TableIdentity {
  /** ClickHouse's UUID of the table: one that was recreated has another. Replicas may differ in it. Empty where there is none. */
  readonly tableId: string;
  /**
   * Of a replicated table: the node in Keeper that its replicas share, as `path@czxid`. A table that was recreated at the
   * same path has another number. Left out where it is not known.
   */
  readonly replicatedId?: string | undefined;
}

/**
 * The same table, or another replica of it. UUIDs alone decide where Keeper's node is not known, as in states that were
 * written before it was read. The same UUID is enough: Keeper's node changes when a replica is restored from its parts.
 */
export function isSameTable(known: TableIdentity, found: TableIdentity): boolean {
  if (known.tableId === found.tableId) return true;
  return known.replicatedId !== undefined && known.replicatedId === found.replicatedId;
}

/** What was found at a replica, under the identity that plans and state keep. */
export function underIdentity<Found extends TableIdentity>(
  found: Found,
  { tableId, replicatedId }: TableIdentity,
): Found {
  return { ...found, tableId, replicatedId: found.replicatedId ?? replicatedId };
}
