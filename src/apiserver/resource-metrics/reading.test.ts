import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atOnce } from '../../kit/clock.ts';
import { readResourceMetrics } from './reading.ts';

const read = (...lines: string[]) => atOnce(readResourceMetrics(`${lines.join('\n')}\n`, 99));
const main = 'container="main",namespace="a",pod="p"';

test('a page tells what the node and each container have used, and when', () => {
  const { node, pods } = read(
    '# HELP node_cpu_usage_seconds_total Cumulative cpu time',
    'node_cpu_usage_seconds_total 12.5 1700000000120',
    'node_memory_working_set_bytes 2.048e+03 1700000000500',
    `container_start_time_seconds{${main}} 1.7e+09`,
    `container_cpu_usage_seconds_total{${main}} 0.25 1700000000130`,
    `container_memory_working_set_bytes{${main}} 4096 1700000000130`,
    'resource_scrape_error 0',
  );
  assert.deepEqual(node, { at: 1_700_000_000_120, cpu: 12.5, memory: 2048, startedAt: undefined });
  assert.deepEqual(pods.get('a/p')?.get('main'), {
    at: 1_700_000_000_130,
    cpu: 0.25,
    memory: 4096,
    startedAt: 1.7e12,
  });
});

test('the time of the reading stands in for times that the page does not tell', () => {
  const { node } = read('node_cpu_usage_seconds_total 1', 'node_memory_working_set_bytes 2');
  assert.equal(node?.at, 99);
});

test('a pod with an incomplete container is left out, and so are lines that are no samples', () => {
  const { node, pods } = read(
    `container_cpu_usage_seconds_total{${main}} 1`,
    `container_memory_working_set_bytes{${main}} 1`,
    'container_cpu_usage_seconds_total{container="side",namespace="a",pod="p"} 1',
    'container_cpu_usage_seconds_total{container="c",namespace="a",pod="q} 1',
    'container_cpu_usage_seconds_total{container="c"} 1',
    'node_cpu_usage_seconds_total 1',
    'node_memory_working_set_bytes -1',
    'node_memory_working_set_bytes',
    '}{="',
  );
  assert.equal(node, undefined);
  assert.deepEqual([...pods.keys()], []);
});

test('labels may be in any order and quoted; unknown ones do not matter', () => {
  const labels = String.raw`{pod="p" , id="a\"}\\\n" ,namespace="a",container="m"}`;
  const { pods } = read(
    `container_cpu_usage_seconds_total${labels} 1`,
    `container_memory_working_set_bytes${labels} 2`,
  );
  assert.equal(pods.get('a/p')?.get('m')?.memory, 2);
});
