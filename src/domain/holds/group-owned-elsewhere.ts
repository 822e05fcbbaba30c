import type { HoldKind } from './hold.js';

export const groupOwnedElsewhere: HoldKind = {
  meaning: 'another running workflow commits to this group',
  choices: [
    {
      action: 'retry',
      meaning: 'The other pipeline was stopped or uses another group: check again',
    },
    { action: 'continue', meaning: 'This pipeline owns the group from now on' },
  ],
};

export function groupOwnedBy(workflowId: string, groupId: string): string {
  return `Workflow ${workflowId} runs and commits to group ${groupId}: two pipelines would overwrite each other's offsets. Stop one of them, or give one of them another group.`;
}
