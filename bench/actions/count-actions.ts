/** Actions of one namespace since its server started. */
export interface ActionCount {
  readonly all: number;
  readonly heartbeats: number;
}

/** Reads the counter `action` of a Temporal server, which counts what Temporal Cloud would bill. */
export async function countActions(metricsUrl: string, namespace: string): Promise<ActionCount> {
  const response = await fetch(metricsUrl);
  if (!response.ok) throw new Error(`${metricsUrl} answers ${response.status}`);
  return actionsIn(await response.text(), namespace);
}

/** From text in Prometheus's format. */
export function actionsIn(text: string, namespace: string): ActionCount {
  const lines = text.split('\n').filter((line) => line.startsWith('action{'));
  let [all, heartbeats] = [0, 0];
  for (const line of lines) {
    if (!line.includes(`namespace="${namespace}"`)) continue;
    const count = Number(line.slice(line.lastIndexOf(' ') + 1));
    all += count;
    if (line.includes('Heartbeat')) heartbeats += count;
  }
  return { all, heartbeats };
}

export function since(before: ActionCount, after: ActionCount): ActionCount {
  return { all: after.all - before.all, heartbeats: after.heartbeats - before.heartbeats };
}
