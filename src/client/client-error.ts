import {
  isGrpcDeadlineError,
  isGrpcServiceError,
  NamespaceNotFoundError,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';

/**
 * - `refused`: the pipeline understood the request and declined it; the message says why.
 * - `failed`: the workflow failed, for example because its input is not valid or a start needs a decision.
 * - `ended`: somebody cancelled or terminated the workflow, so it has no result.
 * - `running`: a workflow with this id is already running.
 * - `not-found`: Temporal has no workflow with this id, or it has ended and can take no more messages; or Temporal has no such
 *   namespace.
 * - `no-answer`: no worker answered in time, or Temporal could not be reached.
 */
export type ClientErrorKind =
  'refused' | 'failed' | 'ended' | 'running' | 'not-found' | 'no-answer';

/** An error of this client. `cause` is the error of Temporal's client, if there was one. */
export class ClientError extends Error {
  override readonly name = 'ClientError';
  readonly kind: ClientErrorKind;
  readonly workflowId: string;
  /** For `failed` and `refused`: the type of the failure, such as `InvalidInput` or `NeedsDecision`. */
  readonly failureType: string | null;

  /** @hidden Only this client creates one. */
  constructor(kind: ClientErrorKind, message: string, details: ClientErrorDetails) {
    super(message, { cause: details.cause });
    this.kind = kind;
    this.workflowId = details.workflowId;
    this.failureType = details.failureType ?? null;
  }
}

interface ClientErrorDetails {
  readonly workflowId: string;
  readonly cause?: unknown;
  readonly failureType?: string | null | undefined;
}

/** Runs one request about a workflow. Turns errors of Temporal's client into a `ClientError` whose message says what to do. */
export async function explained<T>(workflowId: string, request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (cause) {
    throw clientError(workflowId, cause);
  }
}

/** A handler for `catch`: returns null for an error of this kind, and rethrows any other. */
export function nullIf(kind: ClientErrorKind): (error: unknown) => null {
  return (error) => {
    if (error instanceof ClientError && error.kind === kind) return null;
    throw error;
  };
}

/** A handler for `catch`: returns null for an error of this client, if its answer is only an addition. */
export function nullIfUnknown(error: unknown): null {
  if (error instanceof ClientError) return null;
  throw error;
}

function clientError(workflowId: string, cause: unknown): unknown {
  const error = (kind: ClientErrorKind, message: string, failureType?: string | null) =>
    new ClientError(kind, message, { workflowId, cause, failureType });
  if (cause instanceof WorkflowExecutionAlreadyStartedError) {
    return error(
      'running',
      `a workflow with the id ${workflowId} is already running: stop it first, or use another id`,
    );
  }
  if (cause instanceof WorkflowNotFoundError) {
    return error(
      'not-found',
      `Temporal has no running workflow with the id ${workflowId} in this namespace: check the id and the namespace. The workflow may also have ended`,
    );
  }
  if (cause instanceof NamespaceNotFoundError) {
    return error(
      'not-found',
      `Temporal has no namespace ${cause.namespace}: check TEMPORAL_NAMESPACE, or create the namespace`,
    );
  }
  if (cause instanceof WorkflowUpdateFailedError) {
    return error('refused', messageOf(cause.cause), typeOf(cause.cause));
  }
  if (cause instanceof WorkflowFailedError) return endOf(workflowId, cause);
  if (/no poller seen/i.test(messageOf(rootOf(cause)))) {
    return error(
      'no-answer',
      `no worker answers for workflow ${workflowId}: start one on the task queue of the workflow`,
    );
  }
  if (isUnanswered(cause)) {
    return error(
      'no-answer',
      `workflow ${workflowId} did not answer (${messageOf(rootOf(cause))}): check that Temporal is reachable and that a worker is running on the task queue of the workflow`,
    );
  }
  return cause;
}

function endOf(workflowId: string, cause: WorkflowFailedError): ClientError {
  const reason = cause.cause;
  if (reason?.name === 'CancelledFailure' || reason?.name === 'TerminatedFailure') {
    const message = `workflow ${workflowId} has no result: ${reason.message}`;
    return new ClientError('ended', message, { workflowId, cause });
  }
  const failureType = typeOf(reason);
  return new ClientError('failed', messageOf(reason ?? cause), { workflowId, cause, failureType });
}

function isUnanswered(error: unknown): boolean {
  return (
    error instanceof ServiceError ||
    error instanceof WorkflowUpdateRPCTimeoutOrCancelledError ||
    isGrpcDeadlineError(error) ||
    isGrpcServiceError(error)
  );
}

/** Temporal's client wraps the server's error: this is the innermost cause. */
function rootOf(error: unknown): unknown {
  return error instanceof Error && error.cause !== undefined ? rootOf(error.cause) : error;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function typeOf(error: unknown): string | null {
  const type = error instanceof Error && 'type' in error ? error.type : null;
  return typeof type === 'string' ? type : null;
}
