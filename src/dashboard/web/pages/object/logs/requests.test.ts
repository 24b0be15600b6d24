import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import { asText, defaultContainer, logQuery, shortNames, sourcesOf, USUAL_CHOICES } from './requests.ts';

const status = (name: string, state: object, lastState?: object) => ({
  name,
  state,
  ...(lastState && { lastState }),
  ready: true,
  restartCount: 0,
  image: 'i',
  imageID: '',
});

const pod: Pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web-1', namespace: 'shop' },
  spec: {
    initContainers: [{ name: 'setup' }, { name: 'proxy', restartPolicy: 'Always' }],
    containers: [{ name: 'app' }, { name: 'late' }],
  },
  status: {
    initContainerStatuses: [
      status('setup', { terminated: { exitCode: 0 } }),
      status('proxy', { running: {} }),
    ],
    containerStatuses: [
      status('app', { running: {} }, { terminated: { exitCode: 1 } }),
      status('late', { waiting: { reason: 'ContainerCreating' } }),
    ],
  },
};

const names = (container: string | undefined, previous: boolean) =>
  sourcesOf([pod], container, previous).map((source) => source.container);

test('logs are those of containers that have run', () => {
  assert.deepEqual(names(undefined, false), ['setup', 'proxy', 'app']);
  assert.deepEqual(names(undefined, true), ['app']);
  assert.deepEqual(names('proxy', false), ['proxy']);
  assert.deepEqual(names('late', false), []);
});

test('the container that kubectl takes is the first choice', () => {
  assert.equal(defaultContainer(pod), 'app');
  const annotations = { 'kubectl.kubernetes.io/default-container': 'proxy' };
  assert.equal(defaultContainer({ ...pod, metadata: { ...pod.metadata, annotations } }), 'proxy');
  const wrong = { 'kubectl.kubernetes.io/default-container': 'none' };
  assert.equal(defaultContainer({ ...pod, metadata: { ...pod.metadata, annotations: wrong } }), 'app');
});

test('a log is asked for as chosen, and read again from the second of its last line', () => {
  assert.deepEqual(logQuery('app', { ...USUAL_CHOICES, since: 60 }), {
    container: 'app',
    timestamps: 'true',
    follow: 'true',
    tailLines: '1000',
    sinceSeconds: '60',
  });
  assert.deepEqual(logQuery('app', { tail: undefined, since: undefined, previous: true }), {
    container: 'app',
    timestamps: 'true',
    previous: 'true',
  });
  assert.equal(
    logQuery('app', USUAL_CHOICES, '2026-01-02T03:04:05.123456789').sinceTime,
    '2026-01-02T03:04:05Z',
  );
});

test('pods of one workload are told apart by what differs in their names', () => {
  assert.deepEqual([...shortNames(['web-6d4-x2x7p', 'web-6d4-x9abc']).values()], ['x2x7p', 'x9abc']);
  assert.deepEqual([...shortNames(['db-0', 'db-1']).values()], ['0', '1']);
  assert.deepEqual([...shortNames(['db-0']).values()], ['db-0']);
  assert.deepEqual([...shortNames(['web', 'db']).values()], ['web', 'db']);
});

test('a file of several logs names the source of each line', () => {
  const lines = [
    { source: 0, time: '2026-01-02T03:04:05.000000000', text: 'a' },
    { source: 1, time: '', text: 'b' },
  ];
  assert.equal(asText(lines, ['x', 'y'], false), '[x] a\n[y] b\n');
  assert.equal(asText(lines.slice(0, 1), ['x'], true), '2026-01-02T03:04:05.000000000Z a\n');
});
