import { dirname } from 'node:path';
import { addressVariables } from '../stack/environment.js';
import type { Stack } from '../stack/start-stack.js';
import type { DemoSubject } from './demo-subject.js';

/** What people can do while the servers of a demo are up. `millrace` is how they call the command. */
export function demoHints(
  { addresses, temporalProgram }: Pick<Stack, 'addresses' | 'temporalProgram'>,
  { workflowId, table }: Pick<DemoSubject, 'workflowId' | 'table'>,
  millrace: string,
): string {
  const variables = Object.entries(addressVariables(addresses));
  return `
Watch the batches:  ${addresses.temporalUi ?? ''}/namespaces/default/workflows/${workflowId}
Ask the table:      curl '${addresses.clickHouse}' --data 'SELECT * FROM ${table} LIMIT 3 FORMAT Vertical'

In another terminal:

export ${variables.map(([name, value]) => `${name}=${value}`).join(' ')}
${millrace} status ${workflowId}
${millrace} pause ${workflowId} --reason lunch
${millrace} resume ${workflowId}

The same with Temporal's own command:

export PATH="${dirname(temporalProgram)}:$PATH"
temporal workflow signal --workflow-id ${workflowId} --name pause --input '{"reason":"lunch"}'
temporal workflow signal --workflow-id ${workflowId} --name resume

Ctrl-C stops everything.`;
}
