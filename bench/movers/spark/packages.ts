import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { ensureCached } from '../../../dev/stack/cache.js';
import { runDownload } from '../../../dev/stack/download.js';
import { createProgress } from '../../../dev/stack/progress.js';

export interface SparkPackages {
  /** For PYTHONPATH. */
  readonly python: string;
  /** Folder of Spark's Kafka connector and its dependencies. */
  readonly jars: string;
}

export const SPARK_VERSION = '4.0.0';
const POM = fileURLToPath(new URL('pom.xml', import.meta.url));
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/** Measured: the size of the download. */
const PYTHON_BYTES = 434_000_000;
const JARS_BYTES = 90_000_000;

/** Downloads PySpark and its Kafka connector, once. */
export async function ensureSpark(): Promise<SparkPackages> {
  const progress = createProgress(process.stderr);
  const python = await ensureCached(`pyspark-${SPARK_VERSION}`, async ({ result, scratch }) => {
    const arrivals = join(scratch, 'arrivals');
    await mkdir(arrivals);
    await runDownload(
      {
        label: `PySpark ${SPARK_VERSION}`,
        command: 'python3',
        arguments: ['-m', 'pip', 'install', '--target', result, `pyspark==${SPARK_VERSION}`],
        // pip writes to its temporary folder first.
        environment: { TMPDIR: arrivals },
        arrivals,
        totalBytes: PYTHON_BYTES,
        scratch,
        advice: 'Check that pip reaches its package index, or leave out --spark.',
      },
      progress,
    );
  });
  const jars = await ensureCached(`spark-kafka-${SPARK_VERSION}`, async ({ result, scratch }) => {
    const repository = join(scratch, 'repository');
    await mkdir(repository);
    await runDownload(
      {
        label: `Spark's connector to Kafka ${SPARK_VERSION}`,
        command: 'mvn',
        arguments: [
          ...['--batch-mode', `--file=${POM}`, `-Dmaven.repo.local=${repository}`],
          ...[COPY, `-DoutputDirectory=${result}`],
        ],
        arrivals: repository,
        totalBytes: JARS_BYTES,
        scratch,
        advice: 'Check that Maven reaches its repository, or leave out --spark.',
      },
      progress,
    );
  });
  return { python, jars };
}
