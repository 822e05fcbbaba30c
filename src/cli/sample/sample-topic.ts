import type { Servers } from '../project/connect-servers.js';
import type { Project } from '../project/open-project.js';
import { judgeSample } from './judge-sample.js';
import { meantContract } from './meant-contract.js';
import { readSample } from './read-sample.js';
import { jsonSafe, renderJudged, renderSize, renderSuggested } from './render-sample.js';
import { nameFrom, suggestContract } from './suggest-contract.js';

export interface SampleRequest {
  readonly topic: string | undefined;
  readonly contract: string | undefined;
  readonly pipeline: string | undefined;
  /** Records to read. */
  readonly count: number;
  /** Rows to show. */
  readonly shown: number;
  readonly signal: AbortSignal;
}

/** Reads a topic and says what a contract makes of it, or which columns its events suggest. */
export async function sampleTopic(
  project: Project,
  request: SampleRequest,
  servers: Servers,
): Promise<{ readonly value: object; readonly text: string }> {
  const { count, shown, signal } = request;
  const { topic, contract } = await meantContract(project, request, servers);
  const sample = await readSample(servers.kafka.source, { topic, count, signal });
  const { records, bytes, partitions } = sample;
  const size = { topic, partitions, records: records.length, bytes };
  if (contract === null) {
    const suggestion = suggestContract(nameFrom(topic), sample);
    const columns = suggestion.columns.map(({ name, options, why }) => ({ name, ...options, why }));
    return {
      value: jsonSafe({ ...size, contract: null, events: suggestion.events, columns }),
      text: `${renderSize(sample)}\n${renderSuggested(suggestion)}`,
    };
  }
  const judged = judgeSample(sample, contract);
  const { name } = contract.spec;
  const { rows, filtered, rejected, unseen, unfilled } = judged;
  const deadLetters = rejected.reduce((sum, each) => sum + each.count, 0);
  return {
    value: jsonSafe({
      ...{ ...size, contract: name, rows: rows.length, deadLetters, filtered },
      ...{ firstRows: rows.slice(0, shown), deadLettersByReason: rejected, unseen, unfilled },
    }),
    text: `${renderSize(sample)}\n${renderJudged(name, judged, shown)}`,
  };
}
