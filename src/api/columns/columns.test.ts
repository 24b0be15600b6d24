import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Deployment } from '../kinds/apps/v1/deployment.ts';
import { Event } from '../kinds/core/v1/event.ts';
import { Node } from '../kinds/core/v1/node.ts';
import { Pod } from '../kinds/core/v1/pod.ts';
import { Service } from '../kinds/core/v1/service.ts';
import { ClusterRole } from '../kinds/rbac/v1/cluster-role.ts';
import type { AnyResource, KubeObject } from '../meta/v1/resource.ts';
import { builtInKinds } from '../scheme/kinds.ts';
import { customPrinter } from './custom-columns.ts';
import { humanDuration } from './printer.ts';
import { tableColumns, tableRow } from './table.ts';

const created = '2026-01-01T00:00:00Z';
const now = Date.parse(created) + 300_000;
const row = (kind: AnyResource, object: Record<string, unknown>) =>
  tableRow(
    kind,
    {
      apiVersion: 'v1',
      kind: kind.resource.kind,
      ...object,
      metadata: { name: 'x', creationTimestamp: created, ...(object.metadata as object) },
    } as KubeObject,
    now,
  );

test('durations are shown as kubectl shows them', () => {
  const s = 1000;
  const cases: [number, string][] = [
    [0, '0s'],
    [119 * s, '119s'],
    [120 * s, '2m'],
    [599 * s, '9m59s'],
    [600 * s, '10m'],
    [3 * 3600 * s, '3h'],
    [(3 * 3600 + 300) * s, '3h5m'],
    [8 * 3600 * s, '8h'],
    [48 * 3600 * s, '2d'],
    [50 * 3600 * s, '2d2h'],
    [9 * 86400 * s, '9d'],
    [800 * 86400 * s, '2y70d'],
    [-5000, '<invalid>'],
  ];
  for (const [ms, text] of cases) assert.equal(humanDuration(ms), text);
});

const running = { ready: true, restartCount: 0, state: { running: {} } };
const status = (pod: Record<string, unknown>) => row(Pod, pod).slice(1, 4);

test('a running pod shows its readiness, address and node', () => {
  const pod = {
    spec: { nodeName: 'n1', containers: [{ name: 'c' }] },
    status: { phase: 'Running', podIPs: [{ ip: '10.0.0.1' }], containerStatuses: [running] },
  };
  assert.deepEqual(row(Pod, pod), ['x', '1/1', 'Running', '0', '5m', '10.0.0.1', 'n1', '<none>', '<none>']);
});

test('a crashing container determines the status and restarts of the pod', () => {
  const crashed = {
    ready: false,
    restartCount: 3,
    state: { waiting: { reason: 'CrashLoopBackOff' } },
    lastState: { terminated: { exitCode: 1, finishedAt: '2026-01-01T00:04:30Z' } },
  };
  const pod = {
    spec: { containers: [{ name: 'c' }] },
    status: { phase: 'Running', containerStatuses: [crashed] },
  };
  assert.deepEqual(status(pod), ['0/1', 'CrashLoopBackOff', '3 (30s ago)']);
});

test('pending init containers show their progress', () => {
  const init = (state: object) => ({
    spec: { containers: [{ name: 'c' }], initContainers: [{ name: 'i' }, { name: 'j' }] },
    status: {
      phase: 'Pending',
      initContainerStatuses: [{ name: 'i', restartCount: 0, ready: false, state }],
    },
  });
  assert.deepEqual(status(init({ running: {} })), ['0/1', 'Init:0/2', '0']);
  assert.deepEqual(status(init({ terminated: { exitCode: 2 } })), ['0/1', 'Init:ExitCode:2', '0']);
  assert.deepEqual(status(init({ waiting: { reason: 'ErrImagePull' } })), ['0/1', 'Init:ErrImagePull', '0']);
});

test('a started sidecar counts in READY', () => {
  const pod = {
    spec: { containers: [{ name: 'c' }], initContainers: [{ name: 'i', restartPolicy: 'Always' }] },
    status: {
      phase: 'Running',
      initContainerStatuses: [{ ...running, name: 'i', started: true }],
      containerStatuses: [running],
    },
  };
  assert.deepEqual(status(pod), ['2/2', 'Running', '0']);
});

test('terminated and terminating pods are shown as such', () => {
  const done = { restartCount: 0, ready: false, state: { terminated: { exitCode: 0, reason: 'Completed' } } };
  const spec = { containers: [{ name: 'c' }] };
  assert.deepEqual(status({ spec, status: { phase: 'Succeeded', containerStatuses: [done] } }), [
    '0/1',
    'Completed',
    '0',
  ]);
  const metadata = { deletionTimestamp: created };
  assert.equal(
    status({ spec, metadata, status: { phase: 'Running', containerStatuses: [running] } })[1],
    'Terminating',
  );
  const failed = { restartCount: 0, ready: false, state: { terminated: { exitCode: 0, signal: 9 } } };
  assert.equal(status({ spec, status: { phase: 'Failed', containerStatuses: [failed] } })[1], 'Signal:9');
});

test('deployments, services and nodes have the cells that kubectl expects', () => {
  const template = {
    spec: {
      containers: [
        { name: 'a', image: 'i:1' },
        { name: 'b', image: 'j' },
      ],
    },
  };
  const spec = { replicas: 3, selector: { matchLabels: { app: 'web' } }, template };
  assert.deepEqual(
    row(Deployment, { spec, status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2 } }),
    ['x', '2/3', 3, 2, '5m', 'a,b', 'i:1,j', 'app=web'],
  );
  const ports = [
    { port: 80, protocol: 'TCP', nodePort: 30080 },
    { port: 53, protocol: 'UDP' },
  ];
  assert.deepEqual(row(Service, { spec: { type: 'NodePort', clusterIPs: ['10.96.0.9'], ports } }), [
    'x',
    'NodePort',
    '10.96.0.9',
    '<none>',
    '80:30080/TCP,53/UDP',
    '5m',
    '<none>',
  ]);
  const node = {
    metadata: { labels: { 'node-role.kubernetes.io/control-plane': '' } },
    spec: { unschedulable: true },
    status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1.36.0' } },
  };
  assert.deepEqual(row(Node, node).slice(0, 5), [
    'x',
    'Ready,SchedulingDisabled',
    'control-plane',
    '5m',
    'v1.36.0',
  ]);
});

test('an event names its object, its source and its times', () => {
  const event = {
    involvedObject: { kind: 'Pod', name: 'p', fieldPath: 'spec.containers{c}' },
    source: { component: 'kubelet', host: 'n1' },
    reason: 'Started',
    message: 'Started container c\n',
    type: 'Normal',
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:04:00Z',
    count: 2,
  };
  assert.deepEqual(row(Event, event), [
    '60s',
    'Normal',
    'Started',
    'pod/p',
    'spec.containers{c}',
    'kubelet, n1',
    'Started container c',
    '5m',
    2,
    'x',
  ]);
});

test('every kind has as many cells as columns; kinds without a printer show when they were created', () => {
  assert.deepEqual(
    tableColumns(ClusterRole).map((c) => c.name),
    ['Name', 'Created At'],
  );
  assert.deepEqual(row(ClusterRole, {}), ['x', created]);
  for (const kind of builtInKinds) {
    const blank = {
      spec: {
        source: {},
        scaleTargetRef: {},
        jobTemplate: {},
        pool: {},
        template: {},
        priorityLevelConfiguration: {},
      },
      roleRef: {},
      involvedObject: {},
    };
    assert.equal(row(kind, blank).length, tableColumns(kind).length, kind.resource.kind);
  }
});

test('custom columns are found by their paths', () => {
  const { columns, row: cells } = customPrinter([
    { name: 'Phase', type: 'string', jsonPath: '.status.phase' },
    { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    { name: 'Port', type: 'integer', jsonPath: '.spec.ports[0].port', priority: 1 },
    { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
    { name: 'Note', type: 'string', jsonPath: '.metadata.annotations.example\\.com/note' },
  ]);
  assert.deepEqual(
    columns.map((c) => c.priority),
    [0, 0, 0, 1, 0, 0],
  );
  const object = {
    apiVersion: 'example.com/v1',
    kind: 'X',
    metadata: { name: 'x', creationTimestamp: created, annotations: { 'example.com/note': 'hi' } },
    spec: { ports: [{ port: 8080 }] },
    status: {
      conditions: [
        { type: 'A', status: 'False' },
        { type: 'Ready', status: 'True' },
      ],
    },
  };
  assert.deepEqual(cells(object, now), ['x', '', 'True', 8080, '5m', 'hi']);
});
