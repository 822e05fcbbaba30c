/** Runs one statement on ClickHouse. Returns its answer as text, without the last line feed. */
export type Sql = (statement: string, body?: Uint8Array) => Promise<string>;

export function createSql(url: string): Sql {
  return async (statement, body) => {
    const target = new URL(url);
    if (body !== undefined) target.searchParams.set('query', statement);
    const response = await fetch(target, {
      method: 'POST',
      body: body === undefined ? statement : Buffer.from(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`ClickHouse refused ${statement}: ${text}`);
    return text.trimEnd();
  };
}
