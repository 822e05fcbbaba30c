import { readFileSync } from 'node:fs';

export interface ExampleRecord {
  readonly key?: string;
  readonly value: string;
}

/** The records of an example. A line is a value, or a key and a value, as kafka-console-producer.sh reads them with parse.key. */
export function exampleRecords(file: string): readonly ExampleRecord[] {
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  return lines.map((line) => {
    const [, key, value = line] = /^(\w+)\|(.*)$/.exec(line) ?? [];
    return { value, ...(key !== undefined && { key }) };
  });
}
