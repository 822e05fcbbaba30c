import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureCached } from '../../dev/stack/cache.js';
import { runDownload } from '../../dev/stack/download.js';
import { type BrokerJars, COPY_JARS } from '../../dev/stack/kafka-jars.js';
import { createProgress } from '../../dev/stack/progress.js';

const POM = fileURLToPath(new URL('../../dev/kafka/older-broker.xml', import.meta.url));

/** Measured: bytes that Maven downloads for each version into an empty repository. */
const TOTAL_BYTES = { '3.9.1': 67_000_000, '3.1.2': 59_000_000 } as const;

/** The last 3.x, from which clusters are upgraded to 4.x, and the oldest version that Millrace supports. */
export type OlderVersion = keyof typeof TOTAL_BYTES;

/** A broker of another version than the stack's, without command line tools. Downloaded once. */
export async function ensureOlderKafka(version: OlderVersion): Promise<BrokerJars> {
  const recipe = readFileSync(POM, 'utf8') + COPY_JARS;
  const hash = createHash('sha256').update(recipe).digest('hex').slice(0, 8);
  const folder = await ensureCached(`kafka-broker-${version}-${hash}`, async (into) => {
    const repository = join(into.scratch, 'repository');
    await mkdir(repository);
    await runDownload(
      {
        label: `Kafka ${version}`,
        command: 'mvn',
        arguments: [
          '--batch-mode',
          `--file=${POM}`,
          `-Dkafka.version=${version}`,
          `-Dmaven.repo.local=${repository}`,
          COPY_JARS,
          `-DoutputDirectory=${join(into.result, 'libs')}`,
        ],
        arrivals: repository,
        totalBytes: TOTAL_BYTES[version],
        scratch: into.scratch,
        advice: 'Check that Maven reaches its repository (a proxy goes into ~/.m2/settings.xml).',
      },
      createProgress(process.stderr),
    );
  });
  return { classPath: join(folder, 'libs', '*') };
}
