/** What one worker cost in Temporal, counted by the server as Temporal Cloud bills it. */
export interface ActionsFigures {
  /** `this`: the worker of the checkout. `before`: a worker that was built earlier. */
  readonly worker: 'this' | 'before';
  readonly idle: {
    readonly seconds: number;
    readonly actionsPerHour: number;
    readonly heartbeatsPerHour: number;
  };
  readonly steady: readonly SteadyActions[];
}

/** Records that come at a steady rate. */
export interface SteadyActions {
  readonly intervalSeconds: number;
  readonly eventsPerSecond: number;
  readonly rows: number;
  readonly actionsPerMillionRows: number;
  readonly heartbeatsPerMillionRows: number;
  readonly lost: number;
  readonly doubled: number;
}
