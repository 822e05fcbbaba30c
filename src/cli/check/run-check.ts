import type { Config } from '../../config/environment.js';
import type { Contract } from '../../domain/contract/define-contract.js';
import { engineMemoryBytes } from '../../domain/limits.js';
import { loadEngine } from '../../engine/engine-module.js';
import { contractsWithoutRoom } from '../../engine/run-readers.js';
import { withServers } from '../project/connect-servers.js';
import { pipelinesOf, type Project } from '../project/open-project.js';
import type { Surroundings } from '../verb.js';
import { checkFiles } from './check-files.js';
import { checkRunning } from './check-running.js';
import { checkTemporal } from './check-temporal.js';
import { type CheckedPipeline, checkPipeline } from './check-pipeline.js';
import type { Problem } from './problem.js';

/** Everything that `millrace check` has found. */
export interface Checked {
  /** Absolute; null if there is no config file. */
  readonly path: string | null;
  /** False if the config can't be used; then `contracts` is empty. */
  readonly isUsable: boolean;
  readonly contracts: readonly Contract[];
  /** Names of the contracts that the engine can read but has no memory for. */
  readonly withoutRoom: readonly string[];
  /** Empty if the servers were not contacted. */
  readonly pipelines: readonly CheckedPipeline[];
  readonly problems: readonly Problem[];
}

/** Checks the files first. Contacts the servers only if the config can be used. */
export async function runCheck(
  surroundings: Pick<Surroundings, 'environment' | 'directory'>,
  { isOffline }: { readonly isOffline: boolean },
): Promise<Checked> {
  const { config, declared, path, problems } = await checkFiles(surroundings);
  const contracts = declared?.contracts ?? [];
  const withoutRoom = config === null ? [] : withoutRoomIn(contracts, config);
  const found = { path, isUsable: declared !== null, contracts, withoutRoom };
  if (isOffline || config === null || declared === null) {
    return { ...found, pipelines: [], problems };
  }
  const project = { config, declared };
  const { environment } = surroundings;
  const [asked, temporal] = await Promise.all([checkServers(project), checkTemporal(environment)]);
  const running = temporal.length > 0 ? null : await checkRunning(environment, project, asked);
  const checked = running?.pipelines ?? asked;
  const all = [
    ...[...problems, ...temporal, ...(running?.problems ?? [])],
    ...checked.flatMap((pipeline) => pipeline.problems),
  ];
  return { ...found, pipelines: checked, problems: withOnePlaceEach(all) };
}

function withoutRoomIn(
  contracts: readonly Contract[],
  { decoder, memoryMiB }: Config,
): readonly string[] {
  const engine = decoder === 'bytes' && contracts.length > 0 ? loadEngine() : null;
  if (engine === null) return [];
  return contractsWithoutRoom(contracts, engine, engineMemoryBytes(memoryMiB * 1_024 * 1_024));
}

function checkServers(project: Project): Promise<readonly CheckedPipeline[]> {
  return withServers(project, (servers) =>
    Promise.all(pipelinesOf(project).map((pipeline) => checkPipeline(pipeline, servers))),
  );
}

/** Merges equal problems: an unreachable server is one problem, not one for each pipeline. */
function withOnePlaceEach(problems: readonly Problem[]): readonly Problem[] {
  const byText = new Map<string, Problem>();
  for (const problem of problems) {
    const same = byText.get(problem.text);
    const place = same === undefined ? problem.place : `${same.place}; ${problem.place}`;
    byText.set(problem.text, { ...problem, place });
  }
  return [...byText.values()];
}
