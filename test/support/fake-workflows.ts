import type { RunningPipeline } from '../../src/domain/pipeline/side-by-side.js';
import type { HeldClaim, StartClaim, WorkflowLookUp } from '../../src/domain/ports/workflows.js';

/** A namespace whose visibility shows what the test sets, while claims and open workflows are accurate. */
export interface FakeWorkflows extends WorkflowLookUp {
  /** What visibility shows. */
  listed: RunningPipeline[];
  /** Open workflows by id. Null: their settings are not resolved yet. */
  readonly open: Map<string, RunningPipeline | null>;
  readonly claims: Map<string, StartClaim>;
  justEnded: boolean;
}

export function fakeWorkflows(): FakeWorkflows {
  const fake: FakeWorkflows = {
    listed: [],
    open: new Map(),
    claims: new Map(),
    justEnded: false,
    isRunning: (workflowId) => Promise.resolve(fake.open.has(workflowId)),
    listedPipelines: () => Promise.resolve(fake.listed),
    currentPipeline(workflowId) {
      const settings = fake.open.get(workflowId);
      return Promise.resolve(settings === undefined ? null : { settings });
    },
    endedMs: ({ workflowId }) => Promise.resolve(fake.open.has(workflowId) ? null : 0),
    tryClaim(name, claim) {
      const by = fake.claims.get(name);
      if (by === undefined) {
        fake.claims.set(name, claim);
        return Promise.resolve(null);
      }
      const held: HeldClaim = {
        by,
        end() {
          if (fake.claims.get(name) === by) fake.claims.delete(name);
          return Promise.resolve();
        },
      };
      return Promise.resolve(held);
    },
    hasJustEnded: () => Promise.resolve(fake.justEnded),
    isCurrentAttempt: () => Promise.resolve(true),
  };
  return fake;
}

/** An open pipeline that visibility shows. */
export function show(fake: FakeWorkflows, pipeline: RunningPipeline): void {
  fake.listed = [...fake.listed, pipeline];
  fake.open.set(pipeline.workflowId, pipeline);
}
