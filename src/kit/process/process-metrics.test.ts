import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../clock.ts';
import { renderProcessMetrics } from './process-metrics.ts';

const value = (text: string, name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);

test('the metrics of the process are what the system says about it', () => {
  const text = renderProcessMetrics();
  const { rss } = process.memoryUsage();
  assert.ok(Math.abs(value(text, 'process_resident_memory_bytes') / rss - 1) < 0.3);
  assert.ok(value(text, 'process_virtual_memory_bytes') > rss);
  assert.ok(value(text, 'process_cpu_seconds_total') > 0);
  assert.ok(value(text, 'process_open_fds') > 2);
  assert.ok(value(text, 'process_max_fds') > value(text, 'process_open_fds'));
  assert.ok(value(text, 'nodejs_heap_size_used_bytes') > 1e6);
  const started = systemClock.now() / 1000 - process.uptime();
  assert.ok(Math.abs(value(text, 'process_start_time_seconds') - started) < 3);
});

test('the lag of the event loop is there and not negative', () => {
  const text = renderProcessMetrics();
  for (const name of ['min', 'max', 'mean', 'p50', 'p90', 'p99'])
    assert.ok(value(text, `nodejs_eventloop_lag_${name}_seconds`) >= 0, name);
});
