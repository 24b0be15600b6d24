import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DaemonSet } from '../kinds/apps/v1/daemon-set.ts';
import type { Deployment } from '../kinds/apps/v1/deployment.ts';
import type { StatefulSet } from '../kinds/apps/v1/stateful-set.ts';
import { daemonSetStatus, deploymentStatus, statefulSetStatus } from './status-text.ts';

const template = { spec: { containers: [] } };

function deployment(status: Deployment['status'], annotations: Record<string, string> = {}): Deployment {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', generation: 2, annotations },
    spec: { replicas: 3, selector: {}, template },
    status: { observedGeneration: 2, ...status },
  };
}

test('a deployment is waited for until its new replicas are available and the old ones gone', () => {
  const text = (status: Deployment['status']) => deploymentStatus(deployment(status), 0);
  const finish = 'Waiting for deployment "web" rollout to finish:';
  assert.deepEqual(text({ observedGeneration: 1 }), {
    text: 'Waiting for deployment spec update to be observed...\n',
    done: false,
  });
  assert.equal(text({ updatedReplicas: 1 }).text, `${finish} 1 out of 3 new replicas have been updated...\n`);
  assert.equal(
    text({ updatedReplicas: 3, replicas: 5 }).text,
    `${finish} 2 old replicas are pending termination...\n`,
  );
  assert.equal(
    text({ updatedReplicas: 3, replicas: 3, availableReplicas: 1 }).text,
    `${finish} 1 of 3 updated replicas are available...\n`,
  );
  assert.deepEqual(text({ updatedReplicas: 3, replicas: 3, availableReplicas: 3 }), {
    text: 'deployment "web" successfully rolled out\n',
    done: true,
  });
});

test('a deployment that exceeded its deadline, or runs another revision, is an error', () => {
  const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' };
  assert.throws(() => deploymentStatus(deployment({ conditions: [late] }), 0), {
    message: 'deployment "web" exceeded its progress deadline',
  });
  const second = deployment({}, { 'deployment.kubernetes.io/revision': '2' });
  assert.throws(() => deploymentStatus(second, 1), {
    message: 'desired revision (1) is different from the running revision (2)',
  });
});

test('daemon sets and stateful sets have a status only while they roll', () => {
  const daemonSet = (type: 'RollingUpdate' | 'OnDelete', updated: number): DaemonSet => ({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'd' },
    spec: { selector: {}, template, updateStrategy: { type } },
    status: {
      currentNumberScheduled: 2,
      numberMisscheduled: 0,
      numberReady: 0,
      desiredNumberScheduled: 2,
      updatedNumberScheduled: updated,
      numberAvailable: 2,
    },
  });
  assert.throws(() => daemonSetStatus(daemonSet('OnDelete', 2)), /only available for RollingUpdate/);
  assert.match(daemonSetStatus(daemonSet('RollingUpdate', 1)).text, /1 out of 2 new pods have been updated/);
  assert.deepEqual(daemonSetStatus(daemonSet('RollingUpdate', 2)), {
    text: 'daemon set "d" successfully rolled out\n',
    done: true,
  });
  const statefulSet: StatefulSet = {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata: { name: 's', generation: 1 },
    spec: {
      replicas: 3,
      selector: {},
      template,
      serviceName: 's',
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 1 } },
    },
    status: { replicas: 3, readyReplicas: 3, updatedReplicas: 1, observedGeneration: 1 },
  };
  assert.match(statefulSetStatus(statefulSet).text, /1 out of 2 new pods have been updated/);
});
