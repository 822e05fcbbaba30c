/** Stands beside each committed offset in Kafka: which workflow committed it, and with which batch. Frozen. */
export function commitMetadata(workflowId: string, batch: number): string {
  return `${encodeURIComponent(workflowId)}/${batch}`;
}

/** The workflow that committed last, or null where that was another program. */
export function committedBy(metadata: string): string | null {
  const name = /^(\S+)\/\d+$/.exec(metadata)?.[1];
  if (name === undefined) return null;
  try {
    return decodeURIComponent(name);
  } catch {
    return null;
  }
}
