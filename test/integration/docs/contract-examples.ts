import { readFileSync } from 'node:fs';

/** One example of the guide: a contract, its records, and their results. */
export interface ContractExample {
  readonly title: string;
  /** Name of the contract. */
  readonly name: string;
  /** A call of `defineContract`. */
  readonly contract: string;
  readonly messages: readonly Message[];
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly deadLetters: readonly { readonly reason: string; readonly path: string }[];
}

export interface Message {
  readonly key?: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly timestamp?: number;
  /** Null is a tombstone. */
  readonly value: string | null;
}

const GUIDE = new URL('../../../docs/contracts.md', import.meta.url);

/** The numbered examples of docs/contracts.md. */
export function contractExamples(): readonly ContractExample[] {
  const [, ...sections] = readFileSync(GUIDE, 'utf8').split(/^### (?=\d+\. )/m);
  return sections.map((section) => {
    const [title = ''] = section.split('\n');
    const [contract = ''] = blocks(section, 'ts');
    const name = /name: '(\w+)'/.exec(contract)?.[1] ?? '';
    return {
      ...{ title, name, contract: contract.trim().replace(/;$/, '') },
      messages: [
        ...lines(section, 'ndjson records').map((line) => ({
          headers: {},
          value: line === 'null' ? null : line,
        })),
        ...lines(section, 'ndjson messages').map(messageOf),
      ],
      rows: lines(section, 'ndjson rows').map(
        (line) => JSON.parse(line) as ContractExample['rows'][number],
      ),
      deadLetters: lines(section, 'ndjson dead-letters').map(
        (line) => JSON.parse(line) as ContractExample['deadLetters'][number],
      ),
    };
  });
}

/** A config file with all of them. `index` is the module that they import. */
export function configOf(examples: readonly ContractExample[], index: string): string {
  return [
    `import { defineConfig, defineContract, filtered, rejected } from ${JSON.stringify(index)};`,
    `export default defineConfig({ contracts: [${examples.map(({ contract }) => contract).join(',\n')}] });`,
    '',
  ].join('\n');
}

function messageOf(line: string): Message {
  const message = JSON.parse(line) as Omit<Message, 'value'> & { readonly value: unknown };
  return { ...message, value: JSON.stringify(message.value) };
}

function blocks(section: string, language: string): readonly string[] {
  const fence = new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms');
  return [...section.matchAll(fence)].map(([, block = '']) => block);
}

function lines(section: string, language: string): readonly string[] {
  return blocks(section, language).flatMap((block) => block.split('\n').filter(Boolean));
}
