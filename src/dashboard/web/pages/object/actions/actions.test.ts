import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CronJob } from '../../../../../api/kinds/batch/v1/cron-job.ts';
import type { KubeObject } from '../object-shape.ts';
import { type ActedKind, actionIds, actionOf, keyOfRight, reviewOf } from './catalogue.ts';
import { deletion, jobOf, manualJobName, pausePatch } from './changes.ts';

const ALL = ['get', 'list', 'delete', 'patch', 'update'];
const kind = (group: string, name: string, plural: string, verbs = ALL): ActedKind => ({
  group,
  plural,
  kind: name,
  verbs,
});
const object = (spec: KubeObject['spec'], status?: KubeObject['status']): KubeObject => ({
  apiVersion: 'x',
  kind: 'x',
  metadata: { name: 'web', namespace: 'shop', uid: 'u' },
  ...(spec && { spec }),
  ...(status && { status }),
});
const deployments = kind('apps', 'Deployment', 'deployments');
const nodes = kind('', 'Node', 'nodes');
const jobs = kind('batch', 'Job', 'jobs');

test('what is offered depends on the kind and on the state of the object', () => {
  assert.deepEqual(actionIds(deployments, object({})), ['scale', 'restart', 'rollback', 'pause', 'delete']);
  assert.deepEqual(actionIds(deployments, object({ paused: true })), ['scale', 'resume', 'delete']);
  assert.deepEqual(actionIds(nodes, object({ unschedulable: true })), ['uncordon', 'drain', 'delete']);
  assert.deepEqual(actionIds(jobs, object({ suspend: true })), ['unsuspend', 'delete']);
  const complete = { conditions: [{ type: 'Complete', status: 'True' }] };
  assert.deepEqual(actionIds(jobs, object({}, complete)), ['delete']);
  assert.deepEqual(actionIds(kind('example.com', 'Widget', 'widgets', ['get']), object({})), []);
});

test('each deed asks for the right that it needs', () => {
  const [scale] = actionOf('scale', deployments, object({})).rights;
  assert.deepEqual(reviewOf(scale!).spec.resourceAttributes, {
    group: 'apps',
    resource: 'deployments',
    subresource: 'scale',
    verb: 'patch',
    namespace: 'shop',
    name: 'web',
  });
  const drain = actionOf('drain', nodes, { ...object({}), metadata: { name: 'n' } });
  assert.deepEqual(drain.rights.map(keyOfRight), [
    'patch//nodes///n',
    'list//pods///',
    'create//pods/eviction//',
  ]);
  assert.equal(drain.isDangerous, true);
});

test('a Job that is run now belongs to its CronJob and has its template', () => {
  const cronJob: CronJob = {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: 'nightly', namespace: 'shop', uid: 'c' },
    spec: {
      schedule: '0 3 * * *',
      jobTemplate: {
        metadata: { labels: { a: 'b' }, annotations: { c: 'd' } },
        spec: { template: { spec: { containers: [{ name: 'x' }], restartPolicy: 'Never' } } },
      },
    },
  };
  const name = manualJobName('nightly', 1_700_000_000_000);
  const job = jobOf(cronJob, name);
  assert.match(name, /^nightly-manual-[0-9a-z]+$/);
  assert.deepEqual(job.metadata.annotations, { c: 'd', 'cronjob.kubernetes.io/instantiate': 'manual' });
  assert.equal(job.metadata.ownerReferences?.[0]?.uid, 'c');
  assert.deepEqual(job.spec, cronJob.spec?.jobTemplate.spec);
  assert.ok(manualJobName(`${'a'.repeat(50)}-${'b'.repeat(20)}`, 1_700_000_000_000).length <= 63);
});

test('a deletion means this object, and no other of its name', () => {
  assert.deepEqual(deletion('u', 'Foreground', false), {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    propagationPolicy: 'Foreground',
    preconditions: { uid: 'u' },
  });
  assert.equal(deletion('u', 'Background', true).gracePeriodSeconds, 0);
  assert.deepEqual(pausePatch(false), { spec: { paused: null } });
});
