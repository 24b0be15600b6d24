// Errors carry upstream's status, reason, field, event or container state; nothing is lost or half-written.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

let cluster: TestCluster;

const create = async (object: object | string) => {
  const text = typeof object === 'string' ? object : JSON.stringify(object);
  return cluster.kubectlWith(text, 'create', '-f', '-').catch((error) => error.result.stderr as string);
};
const podOf = (name: string, container: object, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'c', image: 'localhost/hello:1', ...container }],
    ...spec,
  },
});
const state = (name: string, path: string) =>
  cluster.kubectl('get', 'pod', name, '-o', `jsonpath={.status.containerStatuses[0].${path}}`);
const events = (name: string) =>
  cluster.kubectl(
    'get',
    'events',
    '--field-selector',
    `involvedObject.name=${name}`,
    '-o',
    'jsonpath={range .items[*]}{.reason}: {.message}{"\\n"}{end}',
  );
const raw = (verb: string, path: string, body: string) =>
  cluster.kubectlWith(body, verb, '--raw', path, '-f', '-').catch((error) => error.result.stderr as string);

describe('the API refuses bad input', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-bad', nodes: 1 });
    await cluster.tiphys('image', 'build', '--name', cluster.name, join(repository, 'examples/hello'));
  });
  after(() => cluster?.down());

  it('malformed YAML and JSON', async () => {
    assert.match(await create('{apiVersion: v1, kind: ['), /error (parsing|converting YAML)/);
    assert.match(
      await raw('create', '/api/v1/namespaces/default/configmaps', '{"kind": "ConfigMap",'),
      /BadRequest|couldn't get version\/kind|unexpected end of JSON/,
    );
  });

  it('unknown fields and wrong types', async () => {
    const answer = await create({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'x' },
      spec: { containers: [{ name: 'c', image: 'i', foo: 1 }] },
    });
    assert.match(answer, /strict decoding error: unknown field "spec\.containers\[0\]\.foo"/);
    const typed = await create({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'x' },
      spec: { ports: [{ port: 'eighty' }] },
    });
    assert.match(
      typed,
      /cannot unmarshal string into Go struct field ServicePort\.spec\.ports\.port of type int32/,
    );
  });

  it('names that are not DNS labels', async () => {
    const answer = await create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'Not_OK' } });
    assert.match(
      answer,
      /The ConfigMap "Not_OK" is invalid: metadata\.name: Invalid value: "Not_OK": a lowercase RFC 1123 subdomain must consist of/,
    );
  });

  it('missing required fields, with their paths', async () => {
    const answer = await create({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'x' },
      spec: { template: { spec: { containers: [] } } },
    });
    assert.match(answer, /spec\.selector: Required value/);
    assert.match(answer, /spec\.template\.spec\.containers: Required value/);
  });

  it('updates with a stale resourceVersion', async () => {
    await create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stale' }, data: { a: '1' } });
    const stale = await cluster.kubectl('get', 'configmap', 'stale', '-o', 'json');
    await cluster.kubectl('patch', 'configmap', 'stale', '-p', '{"data":{"a":"2"}}');
    const answer = await cluster
      .kubectlWith(stale, 'replace', '-f', '-')
      .catch((error) => error.result.stderr);
    assert.match(
      answer,
      /Operation cannot be fulfilled on configmaps "stale": the object has been modified; please apply your changes to the latest version and try again/,
    );
    assert.equal(await cluster.kubectl('get', 'configmap', 'stale', '-o', 'jsonpath={.data.a}'), '2');
  });

  it('oversized bodies and unknown resources', async () => {
    const big = JSON.stringify({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'big' },
      data: { a: 'x'.repeat(4_000_000) },
    });
    assert.match(
      await raw('create', '/api/v1/namespaces/default/configmaps', big),
      /RequestEntityTooLarge|Request entity too large/,
    );
    assert.match(
      (await cluster.tryKubectl('get', '--raw', '/api/v1/nothings')).stderr,
      /the server could not find the requested resource/,
    );
    assert.match(
      (await cluster.tryKubectl('get', 'nothings')).stderr,
      /the server doesn't have a resource type "nothings"/,
    );
  });

  it('prototype pollution does nothing', async () => {
    await create(
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"proto"},"data":{"__proto__":"y","constructor":"z"}}',
    );
    assert.equal(
      await cluster.kubectl('get', 'configmap', 'proto', '-o', 'jsonpath={.data.constructor}'),
      'z',
    );
    assert.match(await cluster.kubectl('get', '--raw', '/readyz'), /ok/);
  });
});

describe('pods that cannot run say why', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-badpod', nodes: 1 });
    await cluster.tiphys('image', 'build', '--name', cluster.name, join(repository, 'examples/hello'));
  });
  after(() => cluster?.down());

  it('an image that does not exist', async () => {
    await create(podOf('no-image', { image: 'registry.invalid/none:1' }));
    await eventually(
      'the back-off',
      async () => (await state('no-image', 'state.waiting.reason')) === 'ImagePullBackOff',
      60_000,
    );
    assert.match(
      await state('no-image', 'state.waiting.message'),
      /Back-off pulling image "registry\.invalid\/none:1"/,
    );
    assert.match(await events('no-image'), /Failed: Failed to pull image "registry\.invalid\/none:1"/);
    assert.match(await events('no-image'), /Failed: Error: ErrImagePull/);
  });

  it('an image that must be there and is not, and a malformed name', async () => {
    await create(podOf('never', { image: 'localhost/none:1', imagePullPolicy: 'Never' }));
    await create(podOf('malformed', { image: 'not a name' }));
    await eventually(
      'ErrImageNeverPull',
      async () => (await state('never', 'state.waiting.reason')) === 'ErrImageNeverPull',
    );
    await eventually(
      'InvalidImageName',
      async () => (await state('malformed', 'state.waiting.reason')) === 'InvalidImageName',
    );
  });

  it('a command that does not exist', async () => {
    await create(podOf('no-command', { command: ['/no/such/thing'] }));
    await eventually(
      'a failed start',
      async () => (await state('no-command', 'lastState.terminated.reason')) === 'StartError',
      60_000,
    );
    assert.equal(await state('no-command', 'lastState.terminated.exitCode'), '128');
    assert.match(await state('no-command', 'lastState.terminated.message'), /no such file or directory/i);
  });

  it('a program that fails again and again', async () => {
    await create(podOf('crashing', { command: ['sh', '-c', 'exit 3'] }));
    await eventually(
      'CrashLoopBackOff',
      async () => (await state('crashing', 'state.waiting.reason')) === 'CrashLoopBackOff',
      60_000,
    );
    assert.equal(await state('crashing', 'lastState.terminated.exitCode'), '3');
    assert.match(
      await state('crashing', 'state.waiting.message'),
      /back-off \d+s restarting failed container=c pod=crashing_default/,
    );
    assert.match(
      await events('crashing'),
      /BackOff: Back-off restarting failed container c in pod crashing_default/,
    );
  });

  it('missing ConfigMaps, in a volume and in the environment', async () => {
    await create(
      podOf(
        'no-volume',
        { volumeMounts: [{ name: 'v', mountPath: '/v' }] },
        { volumes: [{ name: 'v', configMap: { name: 'absent' } }] },
      ),
    );
    await create(
      podOf('no-env', { env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'absent', key: 'a' } } }] }),
    );
    await eventually('FailedMount', async () =>
      /FailedMount: MountVolume\.SetUp failed for volume "v" : configmap "absent" not found/.test(
        await events('no-volume'),
      ),
    );
    assert.equal(await state('no-volume', 'state.waiting.reason'), 'ContainerCreating');
    await eventually(
      'the config error',
      async () => (await state('no-env', 'state.waiting.reason')) === 'CreateContainerConfigError',
    );
    assert.match(await state('no-env', 'state.waiting.message'), /configmap "absent" not found/);
    await cluster.kubectl('create', 'configmap', 'absent', '--from-literal=a=b');
    await eventually(
      'both run',
      async () =>
        (await cluster.kubectl(
          'get',
          'pods',
          'no-volume',
          'no-env',
          '-o',
          'jsonpath={.items[*].status.phase}',
        )) === 'Running Running',
      120_000,
    );
  });

  it('requests larger than any node', async () => {
    await create(podOf('greedy', { resources: { requests: { cpu: '1000' } } }));
    await eventually('FailedScheduling', async () =>
      /FailedScheduling: 0\/1 nodes are available: 1 Insufficient cpu\./.test(await events('greedy')),
    );
    const condition = '{.status.conditions[?(@.type=="PodScheduled")].reason}';
    assert.equal(
      await cluster.kubectl('get', 'pod', 'greedy', '-o', `jsonpath=${condition}`),
      'Unschedulable',
    );
  });
});
