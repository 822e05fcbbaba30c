/** The task queue of the long polls that belong to a worker's task queue. Frozen: running workflows name it. */
export function waitingTaskQueue(taskQueue: string): string {
  return `${taskQueue}-waiting`;
}
