import { DefaultLogger, type LogEntry, type Logger } from '@temporalio/worker';

export interface LogOptions {
  readonly format: 'json' | 'pretty';
  readonly level: 'DEBUG' | 'INFO' | 'WARN' | 'ERROR';
  readonly write: (line: string) => void;
}

/** Fields that are of no use to an operator, or reveal too much. */
const LEFT_OUT = new Set(['taskToken', 'base64TaskToken', 'sdkComponent', 'isLocal', 'namespace']);

/** Expected messages: one of the two workers only runs activities, and neither uses Nexus. */
const NO_NEWS = new Set([
  'No workflows registered, not polling for workflow tasks',
  'No Nexus services registered, not polling for Nexus tasks',
]);

/** Writes one line per entry, for worker, activities and workflows alike. */
export function createLogger({ format, level, write }: LogOptions): Logger {
  const line = format === 'json' ? jsonLine : prettyLine;
  return new DefaultLogger(level, (entry) => {
    if (!NO_NEWS.has(entry.message)) write(line(entry));
  });
}

function jsonLine(entry: LogEntry): string {
  const fields = { time: timeOf(entry), level: entry.level.toLowerCase(), message: entry.message };
  return JSON.stringify({ ...fields, ...metaOf(entry) });
}

function prettyLine(entry: LogEntry): string {
  const meta = Object.entries(metaOf(entry))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const head = `${timeOf(entry).slice(11, 23)} ${entry.level.padEnd(5)} ${entry.message}`;
  return meta ? `${head}  ${meta}` : head;
}

function timeOf({ timestampNanos }: LogEntry): string {
  return new Date(Number(timestampNanos / 1_000_000n)).toISOString();
}

/** The entry's fields as plain JSON. Of an error, only its message: a stack may quote arguments. */
function metaOf({ meta }: LogEntry): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(meta ?? {})
      .filter(([name, value]) => !LEFT_OUT.has(name) && value !== undefined)
      .map(([name, value]) => [name, plain(value)]),
  );
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Error) return messagesOf(value);
  return value;
}

/** An error's message and those of its causes: the innermost one is what a person can act on. */
function messagesOf(error: Error): string {
  const messages: string[] = [];
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    if (!messages.includes(each.message)) messages.push(each.message);
  }
  return messages.join(': ');
}
