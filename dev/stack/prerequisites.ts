import process from 'node:process';
import { downloadEnvironment, serverEnvironment } from './environment.js';
import { findJava, findOnPath, versionOf } from './find-program.js';
import { kafkaJarsAreCached } from './kafka-jars.js';
import { StackError } from './stack-error.js';
import { findTemporal } from './temporal-binary.js';

/** Something that is missing, and the commands that install it. */
export interface Missing {
  readonly what: string;
  readonly debian: string;
  readonly macos: string;
}

/** `node --import`, and reading `.env`, need it. */
const OLDEST_NODE: readonly [number, number] = [20, 12];
const OLDEST_JAVA = 17;
const ENGINES = ['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64'];

/** Throws one error with everything that is missing, before anything is downloaded. */
export async function checkPrerequisites(): Promise<void> {
  const found = [node(), engine(), maven(), ...(await Promise.all([java(), pip()]))];
  const missing = found.filter((each) => each !== null);
  if (missing.length > 0) throw new StackError(describeMissing(missing));
}

export function describeMissing(missing: readonly Missing[]): string {
  return [
    'The embedded stack needs programs that this machine does not have:',
    ...missing.flatMap(({ what, debian, macos }) => [
      '',
      `  ${what}`,
      `    Debian, Ubuntu: ${debian}`,
      `    macOS:          ${macos}`,
    ]),
    '',
  ].join('\n');
}

function node(): Missing | null {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return null;
  return {
    what: `Node ${oldestMajor}.${oldestMinor} or newer (this one is ${process.versions.node})`,
    debian: 'nvm install 22',
    macos: 'brew install node@22',
  };
}

function engine(): Missing | null {
  const platform = `${process.platform}-${process.arch}`;
  const docker = 'docker compose up (runs the same servers as containers)';
  if (!ENGINES.includes(platform) || !hasGlibc()) {
    return {
      what: `a platform that ClickHouse's engine is built for: ${ENGINES.join(', ')}, with glibc (this one is ${platform})`,
      debian: docker,
      macos: docker,
    };
  }
  return null;
}

function hasGlibc(): boolean {
  if (process.platform !== 'linux') return true;
  const { header } = process.report.getReport() as {
    header: { glibcVersionRuntime?: string };
  };
  return header.glibcVersionRuntime !== undefined;
}

async function java(): Promise<Missing | null> {
  const program = findJava();
  const version =
    program &&
    (await versionOf(program, {
      flags: ['-version'],
      // Java 8 reports its version as 1.8. It is too old either way.
      pattern: /version "(\d+)/,
      environment: serverEnvironment(),
    }));
  const { JAVA_HOME: home } = process.env;
  if (version && version[0] >= OLDEST_JAVA) return null;
  const found = version ? `version ${version[0]} was found` : 'none was found';
  return {
    what: `Java ${OLDEST_JAVA} or newer, for Kafka (${found}${home ? ', by JAVA_HOME' : ''})`,
    debian: 'sudo apt-get install default-jre-headless',
    macos: 'brew install openjdk && export JAVA_HOME="$(brew --prefix openjdk)"',
  };
}

function maven(): Missing | null {
  if (kafkaJarsAreCached() || findOnPath('mvn') !== null) return null;
  return {
    what: "Maven, which downloads Kafka's jars once",
    debian: 'sudo apt-get install maven',
    macos: 'brew install maven',
  };
}

async function pip(): Promise<Missing | null> {
  if ((await findTemporal()) !== null) return null;
  const python = findOnPath('python3');
  const version =
    python &&
    (await versionOf(python, {
      flags: ['-m', 'pip', '--version'],
      pattern: /pip (\d+)/,
      environment: downloadEnvironment(),
    }));
  if (version) return null;
  return {
    what: 'Python 3 with pip, which downloads Temporal once (or the program `temporal` on PATH)',
    debian: 'sudo apt-get install python3-pip',
    macos: 'brew install temporal',
  };
}
