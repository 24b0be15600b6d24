import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CronJob } from '../../kinds/batch/v1/cron-job.ts';
import { Namespace } from '../../kinds/core/v1/namespace.ts';
import { RuntimeClass } from '../../kinds/node/v1/runtime-class.ts';
import { PodDisruptionBudget } from '../../kinds/policy/v1/pod-disruption-budget.ts';
import { PriorityClass } from '../../kinds/scheduling/v1/priority-class.ts';
import { created, statusUpdated, updated } from './checks.fake.ts';

test('a runtime class has a handler, which is fixed, and tolerations that differ', () => {
  const runtimeClass = (handler: string, more: object = {}) => ({ handler, ...more });
  assert.deepEqual(created(RuntimeClass, runtimeClass('')), ['handler: Required value']);
  const toleration = { key: 'a', operator: 'Exists' };
  assert.deepEqual(
    created(RuntimeClass, runtimeClass('h', { scheduling: { tolerations: [toleration, toleration] } })),
    ['scheduling.tolerations[1]: Duplicate value: {"key":"a","operator":"Exists"}'],
  );
  assert.deepEqual(created(RuntimeClass, runtimeClass('h', { overhead: { podFixed: { pods: '1' } } })), [
    'overhead.limits[pods]: Invalid value: "pods": must be a standard resource for containers',
  ]);
  assert.deepEqual(updated(RuntimeClass, runtimeClass('i'), runtimeClass('h')), [
    'handler: Invalid value: "i": field is immutable',
  ]);
});

test('a budget has a known eviction policy, and conditions of known status', () => {
  const budget = { spec: { minAvailable: 1, selector: {}, unhealthyPodEvictionPolicy: 'Never' } };
  assert.deepEqual(created(PodDisruptionBudget, budget), [
    'spec.unhealthyPodEvictionPolicy: Unsupported value: "Never": supported values: "AlwaysAllow", "IfHealthyBudget"',
  ]);
  assert.deepEqual(created(PodDisruptionBudget, { metadata: { name: 'My_Budget' }, spec: {} }), []);
  const status = {
    currentHealthy: -1,
    conditions: [{ type: 'A', status: 'Maybe', reason: 'R', lastTransitionTime: 't' }],
  };
  assert.deepEqual(statusUpdated(PodDisruptionBudget, { spec: {}, status }), [
    'status.conditions[0].status: Unsupported value: "Maybe": supported values: "False", "True", "Unknown"',
    'status.currentHealthy: Invalid value: -1: must be greater than or equal to 0',
  ]);
});

test('a priority class has a known policy, and a reserved name only if it is the system’s', () => {
  const reserved =
    "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error:";
  const metadata = { name: 'system-node-critical' };
  const value = 2_000_001_000;
  assert.deepEqual(created(PriorityClass, { metadata, value }), []);
  assert.deepEqual(created(PriorityClass, { metadata, value, globalDefault: true }), [
    `${reserved} globalDefault of system-node-critical PriorityClass must be false`,
  ]);
  assert.deepEqual(created(PriorityClass, { value: 1, preemptionPolicy: 'Odd' }), [
    'preemptionPolicy: Unsupported value: "Odd": supported values: "PreemptLowerPriority", "Never"',
  ]);
});

test('a zone stays in the schedule of a cron job that has one, and a zone that is not known stays as it is', () => {
  const template = {
    spec: {
      containers: [{ name: 'c', image: 'i', imagePullPolicy: 'Always', terminationMessagePolicy: 'File' }],
      restartPolicy: 'Never',
      dnsPolicy: 'ClusterFirst',
      terminationGracePeriodSeconds: 30,
    },
  };
  const cronJob = (spec: object) => ({
    spec: { concurrencyPolicy: 'Allow', jobTemplate: { spec: { template } }, ...spec },
  });
  const zoned = cronJob({ schedule: 'TZ=UTC * * * * *' });
  assert.deepEqual(created(CronJob, zoned), [
    'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
  ]);
  assert.deepEqual(updated(CronJob, zoned, zoned), []);
  assert.deepEqual(updated(CronJob, cronJob({ schedule: 'TZ=UTC * * * * *', timeZone: 'Etc/UTC' }), zoned), [
    'spec.schedule: Invalid value: "TZ=UTC * * * * *": cannot use both timeZone field and TZ or CRON_TZ in schedule',
  ]);
  const unknown = cronJob({ schedule: '* * * * *', timeZone: 'Amnesia/Standard' });
  assert.deepEqual(updated(CronJob, unknown, unknown), []);
  const selected = cronJob({ schedule: '* * * * *', jobTemplate: { spec: { template, selector: {} } } });
  assert.deepEqual(created(CronJob, selected), [
    'spec.jobTemplate.spec.selector: Invalid value: {}: `selector` will be auto-generated',
  ]);
});

test('finalizers of a namespace are standard or have a domain', () => {
  const namespace = (...finalizers: string[]) => created(Namespace, { spec: { finalizers } });
  assert.deepEqual(namespace('kubernetes', 'orphan', 'a.b/c'), []);
  assert.deepEqual(namespace('mine'), [
    'spec.finalizers: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  ]);
});
