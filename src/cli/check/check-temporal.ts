import { isGrpcServiceError } from '@temporalio/client';
import { CommandError } from '../errors.js';
import { withClient } from '../temporal/with-client.js';
import type { Surroundings } from '../verb.js';
import { type Problem, warning } from './problem.js';

const NOT_FOUND = 5;

/**
 * Whether Temporal and the namespace can be reached. They are warnings: a config can be checked where only Kafka and ClickHouse
 * can be reached.
 */
export async function checkTemporal(
  environment: Surroundings['environment'],
): Promise<readonly Problem[]> {
  try {
    await withClient(environment, async ({ workflowService, options: { namespace } }) => {
      try {
        await workflowService.describeNamespace({ namespace });
      } catch (failure) {
        throw isGrpcServiceError(failure) ? new CommandError(refusal(failure, namespace)) : failure;
      }
    });
    return [];
  } catch (failure) {
    if (!(failure instanceof CommandError)) throw failure;
    return [warning('Temporal', failure.message)];
  }
}

function refusal(
  { code, details }: { readonly code: number; readonly details: string },
  namespace: string,
): string {
  return code === NOT_FOUND
    ? `there is no namespace ${namespace}: check TEMPORAL_NAMESPACE, or create the namespace`
    : `namespace ${namespace} can't be used (${details}): check TEMPORAL_NAMESPACE and TEMPORAL_API_KEY`;
}
