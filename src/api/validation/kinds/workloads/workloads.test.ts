import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ControllerRevision } from '../../../kinds/apps/v1/controller-revision.ts';
import { DaemonSet } from '../../../kinds/apps/v1/daemon-set.ts';
import { Deployment } from '../../../kinds/apps/v1/deployment.ts';
import { StatefulSet } from '../../../kinds/apps/v1/stateful-set.ts';
import { created, statusUpdated, updated } from '../checks.fake.ts';

const template = {
  metadata: { labels: { a: 'b' } },
  spec: {
    containers: [{ name: 'c', image: 'i', imagePullPolicy: 'Always', terminationMessagePolicy: 'File' }],
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    terminationGracePeriodSeconds: 30,
  },
};
const selector = { matchLabels: { a: 'b' } };

const daemonSet = (spec: object = {}) => ({
  spec: { selector, template, updateStrategy: { type: 'OnDelete' }, ...spec },
});

test('a daemon set has a selector for its pods, and a known strategy', () => {
  const mismatch = 'Invalid value: {"a":"b"}: `selector` does not match template `labels`';
  const cases: [object, string[]][] = [
    [{}, []],
    [{ selector: undefined }, [`spec.template.metadata.labels: ${mismatch}`]],
    [{ selector: {} }, ['spec.selector: Invalid value: {}: empty selector is invalid for daemonset']],
    [
      { updateStrategy: { type: 'Odd' } },
      [
        'spec.updateStrategy: Unsupported value: {"Type":"Odd","RollingUpdate":null}: supported values: "RollingUpdate", "OnDelete"',
      ],
    ],
  ];
  for (const [spec, errors] of cases) assert.deepEqual(created(DaemonSet, daemonSet(spec)), errors);
});

test('a new stateful set has names that its pods can bear, and valid claims', () => {
  const statefulSet = (spec: object = {}, name = 'x') => ({
    metadata: { name },
    spec: {
      selector,
      template,
      podManagementPolicy: 'Parallel',
      updateStrategy: { type: 'OnDelete' },
      ...spec,
    },
  });
  assert.match(created(StatefulSet, statefulSet({}, 'a.b'))[0]!, /^metadata\.name: .*must not contain dots$/);
  const claims = { volumeClaimTemplates: [{ metadata: { name: 'd' }, spec: {} }] };
  assert.deepEqual(created(StatefulSet, statefulSet(claims)), [
    'spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
    'spec.volumeClaimTemplates[0].spec.resources[storage]: Required value',
  ]);
  const odd = statefulSet({ serviceName: 'a.b', ...claims });
  assert.equal(created(StatefulSet, odd).length, 3);
  assert.deepEqual(updated(StatefulSet, odd, odd), []);
});

test('parts of a status are not larger than the whole, and collisions only add up', () => {
  const status = (status: object) => ({ status });
  assert.deepEqual(
    statusUpdated(Deployment, status({ replicas: 1, readyReplicas: 2, unavailableReplicas: -1 })),
    [
      'status.unavailableReplicas: Invalid value: -1: must be greater than or equal to 0',
      'status.readyReplicas: Invalid value: 2: cannot be greater than status.replicas',
    ],
  );
  assert.deepEqual(
    statusUpdated(StatefulSet, status({ replicas: 1, currentReplicas: 2, availableReplicas: 1 })),
    [
      'status.currentReplicas: Invalid value: 2: cannot be greater than status.replicas',
      'status.availableReplicas: Invalid value: 1: cannot be greater than status.readyReplicas',
    ],
  );
  assert.deepEqual(statusUpdated(DaemonSet, status({ numberReady: -1 }), status({ collisionCount: 1 })), [
    'status.numberReady: Invalid value: -1: must be greater than or equal to 0',
    'status.collisionCount: Invalid value: 0: cannot be decremented',
  ]);
});

test('a revision holds an object', () => {
  assert.deepEqual(created(ControllerRevision, { revision: 1, data: [] }), [
    'data: Required value: data must be a valid JSON object',
  ]);
});
