import type { Client, WorkflowHandle } from '@temporalio/client';

/** Collected texts, by their source. */
export interface Traces {
  readonly all: () => readonly Trace[];
  add(where: string, what: unknown): void;
  /** Adds what Temporal shows of a running workflow: pending activities with their failures, memo and details page. */
  look(handle: WorkflowHandle): Promise<void>;
  /** Adds the whole history of a workflow. */
  addHistory(client: Client, workflowId: string): Promise<void>;
}

export interface Trace {
  readonly where: string;
  readonly text: string;
}

export function createTraces(): Traces {
  const traces: Trace[] = [];
  const add = (where: string, what: unknown) => void traces.push({ where, text: textOf(what) });
  return {
    all: () => traces,
    add,
    async look(handle) {
      const { raw } = await handle.describe();
      add('description', raw);
      add('details page', await detailsPage(handle));
      for (const query of ['status', 'batches', 'report']) {
        const answer = await handle.query(query).catch(() => null);
        if (answer !== null) add(`query ${query}`, answer);
      }
    },
    async addHistory(client, workflowId) {
      add('history', await client.workflow.getHandle(workflowId).fetchHistory());
    },
  };
}

/** The text that Temporal's UI shows under "User Metadata". Null if no worker answers. */
export async function detailsPage(handle: WorkflowHandle): Promise<string | null> {
  try {
    const metadata = await handle.query<{ currentDetails?: string }>(
      '__temporal_workflow_metadata',
    );
    return metadata.currentDetails ?? null;
  } catch {
    return null;
  }
}

/** The source of a marker, with some text around it. */
export function findMarks(traces: readonly Trace[], marks: readonly string[]): readonly string[] {
  return traces.flatMap(({ where, text }) =>
    marks.flatMap((mark) => {
      const at = text.indexOf(mark);
      return at < 0 ? [] : [`${where}: ...${text.slice(Math.max(0, at - 120), at + 60)}...`];
    }),
  );
}

/** All strings inside, and all bytes as text, because payloads of histories are bytes. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(textOf).join('\n');
  if (typeof value !== 'object' || value === null) return '';
  return Object.entries(value)
    .map(([name, each]) => `${name}\n${textOf(each)}`)
    .join('\n');
}
