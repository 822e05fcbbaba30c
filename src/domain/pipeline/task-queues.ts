/** Default of `MILLRACE_TASK_QUEUE`. Frozen: running workflows and scripts of users name it. */
export const DEFAULT_TASK_QUEUE = 'millrace';

/** The task queue for the long polls of a worker's task queue. Frozen: running workflows name it. */
export function waitingTaskQueue(taskQueue: string): string {
  return `${taskQueue}-waiting`;
}
