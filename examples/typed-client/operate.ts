import { Client, Connection } from '@temporalio/client';
import { ClientError, startPipeline } from 'millrace/client';
import process from 'node:process';
import { setTimeout as sleep } from 'node:timers/promises';

// Starts a pipeline, waits until it has moved what the topic holds, proves that, and stops it.

const connection = await Connection.connect({
  address: process.env['TEMPORAL_ADDRESS'] ?? 'localhost:7233',
});
const client = new Client({ connection });

try {
  const pipeline = await startPipeline(
    client,
    {
      contract: 'readings',
      topic: 'iot.readings',
      groupId: 'millrace-readings',
      table: 'readings',
    },
    { workflowId: 'readings' },
  );
  const { guarantee } = await pipeline.started();
  console.log(`started, ${guarantee?.level}`);

  // A lag of 0 counts once the pipeline has looked at the topic.
  let status = await pipeline.status();
  while (status.lagSeenAt === null || status.lag > 0) {
    await sleep(500);
    status = await pipeline.status();
  }
  console.log(`rows ${status.totals.rows}, dead letters ${status.totals.deadLetters}`);

  await pipeline.pause('a look at the table');
  const { verdict, lost, doubled } = await (await pipeline.verify()).result();
  console.log(`verify: ${verdict}, lost ${lost}, doubled ${doubled}`);
  await pipeline.resume();

  await pipeline.stop('the example is over');
  await pipeline.result();
  console.log('stopped');
} catch (error) {
  if (!(error instanceof ClientError)) throw error;
  console.error(`${error.kind}: ${error.message}`);
  process.exitCode = 1;
} finally {
  await connection.close();
}
