import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import process from 'node:process';
import type { Metrics } from './metrics.js';

const SAMPLE_MS = 10_000;
const NANOSECONDS = 1e9;
const MICROSECONDS = 1e6;

/** The interval of the monitor's ticks. Every measurement includes it. */
const RESOLUTION_MS = 10;

/** Measures the process itself every ten seconds. Returns a function that stops it. */
export function measureProcess(metrics: Metrics, version: string): () => void {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let busy = performance.eventLoopUtilization();
  let countedSeconds = 0;
  const sample = () => {
    const seconds = (nanoseconds: number) =>
      Math.max(0, nanoseconds / NANOSECONDS - RESOLUTION_MS / 1_000);
    // Without a tick since the last sample, the monitor has no data.
    if (delay.count > 0) {
      metrics.set('millrace_event_loop_delay_p99_seconds', seconds(delay.percentile(99)), {});
      metrics.set('millrace_event_loop_delay_max_seconds', seconds(delay.max), {});
    }
    delay.reset();
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, busy);
    busy = now;
    metrics.set('millrace_event_loop_busy_ratio', utilization, {});
    const { user, system } = process.cpuUsage();
    const cpuSeconds = Math.floor((user + system) / MICROSECONDS);
    metrics.count('millrace_process_cpu_seconds_total', cpuSeconds - countedSeconds, {});
    countedSeconds = cpuSeconds;
    const memory = process.memoryUsage();
    metrics.set('millrace_process_resident_memory_bytes', memory.rss, {});
    metrics.set('millrace_process_heap_used_bytes', memory.heapUsed, {});
    metrics.set('millrace_process_external_memory_bytes', memory.external, {});
  };
  metrics.set('millrace_build_info', 1, { version, node: process.version });
  sample();
  const timer = setInterval(sample, SAMPLE_MS);
  return () => {
    clearInterval(timer);
    delay.disable();
  };
}
