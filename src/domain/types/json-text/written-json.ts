const MAX_DEPTH = 1_000;

/**
 * A value as JSON text, with all digits of a `bigint`. Null if it contains something that JSON can't represent: NaN, an
 * instance of a class, or itself. Undefined members are left out, as in `JSON.stringify`.
 */
export function writtenJson(value: unknown, depth = 0): string | null {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return JSON.stringify(value);
    case 'bigint':
      return String(value);
    case 'number':
      return Number.isFinite(value) ? JSON.stringify(value) : null;
    case 'object':
      if (value === null) return 'null';
      return depth >= MAX_DEPTH ? null : writtenContainer(value, depth + 1);
    case 'undefined':
    case 'function':
    case 'symbol':
      return null;
  }
}

function writtenContainer(value: object, depth: number): string | null {
  if (Array.isArray(value)) {
    const items = value.map((item) => writtenJson(item, depth));
    return items.includes(null) ? null : `[${items.join(',')}]`;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) return null;
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined) continue;
    const text = writtenJson(member, depth);
    if (text === null) return null;
    members.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${members.join(',')}}`;
}
