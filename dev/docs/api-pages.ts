import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Application } from 'typedoc';
import type { PluginOptions } from 'typedoc-plugin-markdown';

/** Relative to `docs`. */
export const API_FOLDER = 'reference/api';

const MARKDOWN: Partial<PluginOptions> = {
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeDeclarationFormat: 'table',
  tableColumnSettings: { hideModifiers: true, hideInherited: true, hideOverrides: true },
};

/** Constants behind unions that the pages spell out, and helper types of `defineContract`. Users never write these names. */
const INTERNAL = [
  'AnyTransform',
  'Checked',
  'ContractSpec',
  'DEAD_LETTER_REASONS',
  'GUARANTEE_LEVELS',
  'HOLD_REASONS',
  'SourceOf',
  'TypeText',
  'VALUE_REASONS',
  'Value',
];

/**
 * Makes a page of Markdown for each entry point of the package, from its types and their comments. Throws if a public type
 * names one that users can't import.
 */
export async function makeApiPages(): Promise<ReadonlyMap<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-api-'));
  try {
    const application = await Application.bootstrapWithPlugins({
      entryPoints: ['src/index.ts', 'src/client.ts', 'src/testing.ts'],
      plugin: ['typedoc-plugin-markdown'],
      out: folder,
      readme: 'none',
      disableSources: true,
      excludeExternals: true,
      intentionallyNotExported: INTERNAL,
      logLevel: 'Warn',
      router: 'module',
      ...MARKDOWN,
    });
    const project = await application.convert();
    if (project === undefined) throw new Error('typedoc could not read the public types');
    application.validate(project);
    await application.generateOutputs(project);
    if (application.logger.hasErrors() || application.logger.hasWarnings()) {
      throw new Error(
        'typedoc has warnings, see above: export the type from the entry point that names it',
      );
    }
    return await pagesIn(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function pagesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(folder, { recursive: true });
  // Leave out typedoc's index, because the index of the docs has all of it.
  const pages = names.filter((name) => name.endsWith('.md') && name !== 'README.md').toSorted();
  const texts = pages.map(async (name) => {
    const text = await readFile(join(folder, name), 'utf8');
    return [name, text.replaceAll(/<a id="[^"]*"><\/a> /g, '')] as const;
  });
  return new Map(await Promise.all(texts));
}
