/** Where `MILLRACE_TASK_QUEUE` says nothing else. Frozen: running workflows and people's scripts name it. */
export const DEFAULT_TASK_QUEUE = 'millrace';

/** The task queue of the long polls that belong to a worker's task queue. Frozen: running workflows name it. */
export function waitingTaskQueue(taskQueue: string): string {
  return `${taskQueue}-waiting`;
}
