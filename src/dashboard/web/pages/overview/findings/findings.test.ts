import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { APIService } from '../../../../../api/kinds/apiregistration/v1/api-service.ts';
import type { Event } from '../../../../../api/kinds/core/v1/event.ts';
import type { Pod } from '../../../../../api/kinds/core/v1/pod.ts';
import type { ResourceQuota } from '../../../../../api/kinds/core/v1/resource-quota.ts';
import type { EndpointSlice } from '../../../../../api/kinds/discovery/v1/endpoint-slice.ts';
import { aNode } from '../../../../../sim/objects/node.ts';
import { aBoundPod, aPod } from '../../../../../sim/objects/pod.ts';
import { aService } from '../../../../../sim/objects/service.ts';
import { aClaim, aClass } from '../../../../../sim/objects/storage.ts';
import { aDaemonSet, aDeployment, aJob, aStatefulSet } from '../../../../../sim/objects/workloads.ts';
import { certificateFinding } from './certificates.ts';
import { apiServiceFinding, webhookFindings } from './extensions.ts';
import { bySeverity, type Finding, KINDS } from './finding.ts';
import { nodeFindings } from './nodes.ts';
import { grouped, isSuspect, podFinding } from './pods.ts';
import { quotaFinding } from './quotas.ts';
import { endpointsBehind, serviceFinding } from './services.ts';
import { claimFinding } from './storage.ts';
import { recentWarnings } from './warnings.ts';
import { daemonSetFinding, deploymentFinding, jobFinding, statefulSetFinding } from './workloads.ts';

const NOW = Date.parse('2026-05-01T12:00:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1000).toISOString();
const brief = (finding: Finding | undefined) =>
  finding && `${finding.severity} ${finding.reason}: ${finding.message}`;

describe('pods that are read whole are those', () => {
  const row = (status: string, ready = '0/1', age = 10, deleting = false) =>
    isSuspect({ created: NOW - age * 1000, deleting, ready, status }, NOW);

  it('whose status names a trouble', () => {
    for (const status of [
      'CrashLoopBackOff',
      'Error',
      'ImagePullBackOff',
      'Init:Error',
      'Evicted',
      'Unknown',
    ])
      assert.ok(row(status), status);
  });

  it('that have not become ready within a minute', () => {
    for (const status of ['Pending', 'ContainerCreating', 'Init:0/2', 'Running'])
      assert.deepEqual([row(status, '0/1', 30), row(status, '0/1', 90)], [false, true], status);
  });

  it('and none that are ready or have finished', () => {
    assert.deepEqual([row('Running', '2/2', 900), row('Completed', '0/1', 900)], [false, false]);
  });
});

describe('a pod in trouble', () => {
  const withStatus = (pod: Pod, status: Pod['status']): Pod => ({
    ...pod,
    status: { phase: 'Pending', ...status },
  });
  const container = { name: 'main', image: 'i', imageID: '', ready: false, restartCount: 4 };

  it('says what its container says', () => {
    const waiting = { reason: 'CrashLoopBackOff', message: 'back-off 40s' };
    const pod = withStatus(aBoundPod('p'), { containerStatuses: [{ ...container, state: { waiting } }] });
    assert.equal(brief(podFinding(pod, NOW)), 'bad CrashLoopBackOff: container main: back-off 40s');
  });

  it('that is still there a minute after it was to end is told', () => {
    const leaving = (seconds: number) => {
      const pod = aBoundPod('p', {}, { deletionTimestamp: ago(seconds), finalizers: ['x/y'] });
      return brief(podFinding(withStatus(pod, { phase: 'Running' }), NOW));
    };
    assert.deepEqual(
      [leaving(20), leaving(80)],
      [undefined, 'warn Terminating: is being deleted, once its finalizers are gone: x/y'],
    );
  });

  it('says why it has no node', () => {
    const condition = {
      type: 'PodScheduled',
      status: 'False',
      reason: 'Unschedulable',
      message: '0/1 nodes',
    } as const;
    assert.equal(
      brief(podFinding(withStatus(aPod('p'), { conditions: [condition] }), NOW)),
      'bad Unschedulable: 0/1 nodes',
    );
    assert.equal(brief(podFinding(withStatus(aPod('p'), {}), NOW)), 'warn Pending: has no node yet');
  });

  it('that has failed is told unless its Job tells it', () => {
    const failed = withStatus(aBoundPod('p'), {
      phase: 'Failed',
      reason: 'Evicted',
      message: 'low on memory',
    });
    assert.equal(brief(podFinding(failed, NOW)), 'warn Evicted: low on memory');
    const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', name: 'j', uid: 'u', controller: true }];
    const ofJob = { ...failed, metadata: { ...failed.metadata, ownerReferences } };
    assert.equal(podFinding(ofJob, NOW), undefined);
  });

  it('shares a line with those of its owner that have the same', () => {
    const one: Finding = {
      severity: 'bad',
      reason: 'Error',
      message: 'm',
      of: KINDS.Pod,
      namespace: 'n',
      name: 'a',
    };
    const lines = grouped([
      { ...one, owner: 'x', since: 1 },
      { ...one, name: 'b', owner: 'x', since: 5 },
      { ...one, name: 'c', owner: 'y' },
      { ...one, name: 'd' },
    ]);
    assert.deepEqual(
      lines.map(({ name, count, since }) => [name, count, since]),
      [
        ['a', 2, 5],
        ['c', undefined, undefined],
        ['d', undefined, undefined],
      ],
    );
  });
});

it('a workload that is not as wanted says by how much, and what stopped it', () => {
  const status = { availableReplicas: 1 };
  const condition = (
    type: 'Progressing' | 'Available' | 'ReplicaFailure',
    state: 'True' | 'False',
    reason: string,
    message = '',
  ) => ({ type, status: state, reason, message }) as const;
  const deployment = (conditions: ReturnType<typeof condition>[]) =>
    brief(deploymentFinding({ ...aDeployment('d', { replicas: 3 }), status: { ...status, conditions } }));
  assert.equal(deployment([]), 'warn Incomplete: 1 of 3 available');
  assert.equal(deployment([condition('Available', 'False', 'X')]), 'bad Unavailable: 1 of 3 available');
  assert.equal(
    deployment([condition('Progressing', 'False', 'ProgressDeadlineExceeded', 'has timed out')]),
    'bad ProgressDeadlineExceeded: 1 of 3 available; has timed out',
  );
  assert.equal(
    deployment([condition('ReplicaFailure', 'True', 'FailedCreate', 'quota')]),
    'bad FailedCreate: quota',
  );
  assert.equal(deploymentFinding({ ...aDeployment('d', { replicas: 1 }), status }), undefined);

  assert.equal(
    brief(
      statefulSetFinding({
        ...aStatefulSet('s', { replicas: 2 }),
        status: { replicas: 2, readyReplicas: 1 },
      }),
    ),
    'warn NotReady: 1 of 2 ready',
  );
  const ofNodes = {
    currentNumberScheduled: 2,
    desiredNumberScheduled: 2,
    numberReady: 0,
    numberMisscheduled: 0,
  };
  assert.equal(
    brief(daemonSetFinding({ ...aDaemonSet('s'), status: ofNodes })),
    'bad NotReady: 0 of 2 ready',
  );
  assert.equal(
    brief(
      daemonSetFinding({ ...aDaemonSet('s'), status: { ...ofNodes, numberReady: 2, numberMisscheduled: 1 } }),
    ),
    'warn Misscheduled: runs on 1 node where it should not',
  );
  const failed = {
    type: 'Failed',
    status: 'True',
    reason: 'BackoffLimitExceeded',
    message: 'Job has reached the specified backoff limit',
  } as const;
  assert.equal(
    brief(jobFinding({ ...aJob('j'), status: { conditions: [failed] } })),
    'bad BackoffLimitExceeded: Job has reached the specified backoff limit',
  );
  assert.equal(
    brief(jobFinding({ ...aJob('j'), status: { failed: 2 } })),
    'warn Failing: 2 of 6 retries are used up',
  );
});

it('a node says that it is not ready, under pressure, or cordoned', () => {
  const node = aNode('n');
  const conditions = (...given: (readonly [string, 'True' | 'False' | 'Unknown', string])[]) => ({
    ...node,
    status: { conditions: given.map(([type, status, message]) => ({ type, status, message })) },
  });
  const ready = ['Ready', 'True', ''] as const;
  const told = (of: Parameters<typeof nodeFindings>[0]) => nodeFindings(of).map(brief);
  assert.deepEqual(told(conditions(ready)), []);
  assert.deepEqual(told(conditions(['Ready', 'Unknown', 'stopped posting'])), [
    'bad Unknown: stopped posting',
  ]);
  assert.deepEqual(told(conditions(ready, ['DiskPressure', 'True', 'full'])), ['bad DiskPressure: full']);
  assert.deepEqual(told({ ...conditions(ready), spec: { unschedulable: true } }), [
    'warn SchedulingDisabled: is cordoned: no new pods are scheduled to it',
  ]);
});

describe('a Service without endpoints', () => {
  const service = aService('web', { selector: { app: 'web' } });
  const slice = (ready: boolean): EndpointSlice => ({
    ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
    metadata: { name: 'web-1', namespace: 'default', labels: { 'kubernetes.io/service-name': 'web' } },
    endpoints: [{ addresses: ['10.0.0.1'], conditions: { ready } }],
  });

  it('says whether no pod matches or none is ready', () => {
    assert.equal(
      brief(serviceFinding(service, new Map(), NOW)),
      'warn NoEndpoints: no pod matches its selector app=web',
    );
    assert.equal(
      brief(serviceFinding(service, endpointsBehind([slice(false)]), NOW)),
      'warn NoEndpoints: none of its 1 endpoint is ready',
    );
    assert.equal(serviceFinding(service, endpointsBehind([slice(true)]), NOW), undefined);
    assert.equal(serviceFinding(aService('made-by-hand', {}), new Map(), NOW), undefined);
  });

  it('keeps webhooks from being asked', () => {
    const webhook = (failurePolicy: 'Fail' | 'Ignore') => ({
      ...{
        name: 'check.example',
        sideEffects: 'None' as const,
        admissionReviewVersions: ['v1'],
        failurePolicy,
      },
      clientConfig: { service: { namespace: 'default', name: 'web' } },
      rules: [{ resources: ['pods'] }],
    });
    const told = (services: string[], policy: 'Fail' | 'Ignore' = 'Fail', ready = false) =>
      webhookFindings(
        {
          apiVersion: 'v1',
          kind: 'ValidatingWebhookConfiguration',
          metadata: { name: 'w' },
          webhooks: [webhook(policy)],
        },
        KINDS.ValidatingWebhookConfiguration,
        new Set(services),
        endpointsBehind([slice(ready)]),
      ).map(brief);
    assert.deepEqual(told([]), [
      'bad WebhookUnreachable: check.example: its Service default/web does not exist; requests to pods fail',
    ]);
    assert.deepEqual(told(['default/web'], 'Ignore'), [
      'warn WebhookUnreachable: check.example: its Service default/web has no ready endpoint; it is skipped',
    ]);
    assert.deepEqual(told(['default/web'], 'Fail', true), []);
  });
});

it('an API server that is not available says why', () => {
  const condition = {
    ...{ type: 'Available', status: 'False', reason: 'ServiceNotFound', message: 'not found' },
  } as const;
  const service: APIService = {
    ...{ apiVersion: 'apiregistration.k8s.io/v1', kind: 'APIService', metadata: { name: 'v1.x' } },
    status: { conditions: [condition] },
  };
  assert.equal(brief(apiServiceFinding(service)), 'bad ServiceNotFound: not found');
});

describe('a claim that waits', () => {
  const claim = aClaim('data', { storageClassName: 'fast' }, { creationTimestamp: ago(100) });
  it('says why, unless it waits for its first pod', () => {
    assert.match(
      brief(claimFinding(claim, [], NOW))!,
      /^bad NotFound: class fast: there is no such StorageClass/,
    );
    assert.match(
      brief(
        claimFinding(
          claim,
          [aClass('fast', { volumeBindingMode: 'Immediate', provisioner: 'disk.example' })],
          NOW,
        ),
      )!,
      /^bad Provisioning: driver/,
    );
    const delayed = aClass('fast', { volumeBindingMode: 'WaitForFirstConsumer' });
    assert.equal(claimFinding(claim, [delayed], NOW), undefined);
    assert.equal(
      claimFinding({ ...claim, status: { phase: 'Bound', capacity: { storage: '1Gi' } } }, [], NOW),
      undefined,
    );
  });
});

it('a quota that is nearly full says of what', () => {
  const quota = (used: string): ResourceQuota => ({
    ...{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q', namespace: 'n' } },
    status: { hard: { pods: '10', 'requests.cpu': '2' }, used: { pods: used, 'requests.cpu': '500m' } },
  });
  assert.equal(quotaFinding(quota('8')), undefined);
  assert.equal(brief(quotaFinding(quota('9'))), 'warn QuotaNearlyFull: pods: 9 of 10');
  assert.equal(brief(quotaFinding(quota('10'))), 'warn QuotaFull: pods: 10 of 10');
});

it('a certificate that ends within two weeks says when', () => {
  const end = (days: number) =>
    brief(
      certificateFinding(
        { namespace: 'n', name: 's', subject: 'shop.example', notAfter: NOW + days * 86_400_000 },
        NOW,
      ),
    );
  assert.equal(end(20), undefined);
  assert.equal(end(3), 'warn CertificateExpires: shop.example: ends in 3 days, 2026-05-04 12:00 UTC');
  assert.equal(end(-1), 'bad CertificateExpired: shop.example: ended, 2026-04-30 12:00 UTC');
});

it('warnings of the last hour are counted by object and reason, the latest first', () => {
  const event = (name: string, reason: string, seconds: number, more: Partial<Event> = {}): Event => ({
    ...{
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${name}.${reason}.${seconds}`, namespace: 'n' },
    },
    ...{ type: 'Warning', reason, message: `${seconds}`, count: 2, lastTimestamp: ago(seconds) },
    involvedObject: { apiVersion: 'v1', kind: 'Pod', namespace: 'n', name },
    ...more,
  });
  const events = [
    event('a', 'BackOff', 600),
    event('a', 'BackOff', 60),
    event('b', 'Failed', 30),
    event('c', 'Old', 4000),
    event('d', 'Fine', 10, { type: 'Normal' }),
  ];
  assert.deepEqual(
    recentWarnings(events, NOW).map(({ name, reason, message, count }) => [name, reason, message, count]),
    [
      ['b', 'Failed', '30', 2],
      ['a', 'BackOff', '60', 4],
    ],
  );
});

it('what does not work comes first, and the latest of it', () => {
  const finding = (severity: 'bad' | 'warn', name: string, since: number): Finding => ({
    ...{ severity, name, since, reason: '', message: '', of: KINDS.Node },
  });
  const sorted = [finding('warn', 'a', 9), finding('bad', 'b', 1), finding('bad', 'c', 2)].sort(bySeverity);
  assert.deepEqual(
    sorted.map(({ name }) => name),
    ['c', 'b', 'a'],
  );
});
