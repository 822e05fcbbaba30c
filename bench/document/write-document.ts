import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { comparisonSection } from './comparison-section.js';
import { distantSection } from './distant-section.js';
import { freshnessSection } from './freshness-section.js';
import { growthSection } from './growth-section.js';
import { hotSection } from './hot-section.js';
import { loadsSection } from './loads-section.js';
import { readKept } from './stored-figures.js';
import { pipelinesSection } from './pipelines-section.js';
import { repartitionSection } from './repartition-section.js';
import type { Section } from './section.js';
import { sweepSection } from './sweep-section.js';
import { threadsSection } from './threads-section.js';
import { typedSection } from './typed-section.js';
import { wideSection } from './wide-section.js';
import { writeScale } from './write-scale.js';
import { writeFormatted } from './write-formatted.js';

const DOCUMENT = fileURLToPath(new URL('../../docs/performance.md', import.meta.url));
const IMAGES = fileURLToPath(new URL('../../docs/images', import.meta.url));
/** Notes, written by hand, that the figures alone don't show. */
const NOTES = new URL('notes.md', import.meta.url);

const HEAD = `# Performance

<!-- Written by \`npm run bench -- --document\` from bench/results and bench/document/notes.md: change those. -->

How fast Millrace moves events, compared with other tools (_movers_) on the same machine. After each run, every row was counted, so the tables also say how many were lost or duplicated (_doubled_).`;

/** Writes docs/performance.md and its pictures from the kept runs. Kinds of runs that were not kept are left out. */
export async function writeDocument(): Promise<void> {
  const sections = [
    section(await readKept('comparison'), comparisonSection),
    section(await readKept('growth'), growthSection),
    section(await readKept('typed'), typedSection),
    section(await readKept('wide'), wideSection),
    section(await readKept('loads'), loadsSection),
    section(await readKept('threads'), threadsSection),
    section(await readKept('freshness'), freshnessSection),
    section(await readKept('sweep'), sweepSection),
  ].flat();
  await mkdir(IMAGES, { recursive: true });
  for (const { plots } of sections) {
    for (const [name, svg] of Object.entries(plots)) await writeFile(join(IMAGES, name), svg);
  }
  const notes = await readFile(NOTES, 'utf8');
  const text = [HEAD, ...sections.map((each) => each.text), notes].join('\n\n');
  await writeFormatted(DOCUMENT, text);
  await writeScale({
    distant: section(await readKept('distant'), distantSection),
    hot: section(await readKept('hot'), hotSection),
    repartition: section(await readKept('repartition'), repartitionSection),
    pipelines: section(await readKept('pipelines'), pipelinesSection),
  });
}

function section<T>(kept: T | null, make: (kept: T) => Section): readonly Section[] {
  return kept === null ? [] : [make(kept)];
}
