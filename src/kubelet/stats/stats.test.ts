import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cadvisorMetrics, kubeletMetrics, resourceMetrics } from './metrics-text.ts';
import { Rates } from './rates.ts';
import { Instant, type Summary } from './summary.ts';

test('a rate is the average since the start at first, then since the reading before', () => {
  const rates = new Rates();
  const second = 1e9;
  assert.equal(rates.of('c', 10_000, 5 * second, 0), second / 2);
  assert.equal(rates.of('c', 10_100, 6 * second, 0), second / 2);
  assert.equal(rates.of('c', 12_000, 9 * second, 0), 2 * second);
  assert.equal(rates.of('c', 14_000, 1 * second, 13_000), second);
});

const time = new Instant(Date.parse('2026-01-01T00:00:00.120Z'));
const startTime = '2025-12-31T23:59:00Z';
const summary: Summary = {
  node: {
    nodeName: 'n1',
    startTime,
    cpu: { time, usageNanoCores: 1, usageCoreNanoSeconds: 2e9 },
    memory: { time, usageBytes: 20, workingSetBytes: 10 },
  },
  pods: [
    {
      podRef: { name: 'p', namespace: 'default', uid: 'u' },
      startTime,
      containers: [
        {
          name: 'main',
          startTime: time,
          cpu: { time, usageNanoCores: 1, usageCoreNanoSeconds: 5e8 },
          memory: { time, usageBytes: 8, workingSetBytes: 7 },
        },
      ],
      network: { time, name: 'eth0', rxBytes: 3, rxErrors: 0, txBytes: 4, txErrors: 0 },
    },
  ],
};

test('metrics pages are Prometheus text with a line for each thing measured', () => {
  const resource = resourceMetrics(summary);
  assert.match(
    resource,
    /^# HELP container_cpu_usage_seconds_total .*\n# TYPE container_cpu_usage_seconds_total counter\n/,
  );
  assert.match(
    resource,
    /^container_cpu_usage_seconds_total\{container="main",namespace="default",pod="p"\} 0\.5 1767225600120$/m,
  );
  assert.match(resource, /^node_memory_working_set_bytes 10 1767225600120$/m);
  assert.match(cadvisorMetrics(summary), /^container_network_receive_bytes_total\{interface="eth0",.*\} 3$/m);
  const counts = {
    nodeName: 'n1',
    pods: 1,
    runningPods: 1,
    runningContainers: 2,
    orphans: { cleaned: 3, failed: 4 },
  };
  assert.match(kubeletMetrics(counts), /^kubelet_orphan_pod_cleaned_volumes 3$/m);
  assert.match(kubeletMetrics(counts), /^kubelet_orphan_pod_cleaned_volumes_errors 4$/m);
  assert.match(kubeletMetrics(counts), /^kubelet_running_containers\{container_state="running"\} 2$/m);
});
