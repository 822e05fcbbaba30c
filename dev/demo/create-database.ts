/** Creates the database of a table that is named with one: `database.table`. */
export async function createDatabaseOf(url: string, table: string): Promise<void> {
  const [database, name] = table.split('.');
  if (name === undefined) return;
  const sql = `CREATE DATABASE IF NOT EXISTS ${database ?? ''}`;
  const response = await fetch(url, { method: 'POST', body: sql });
  const text = await response.text();
  if (!response.ok) throw new Error(`ClickHouse refused ${sql}: ${text}`);
}
