// The official JavaScript client against a cluster with real containers: typed objects, watches, informers, patches, and
// everything that streams. It is used as its documentation shows.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { after, before, describe, it } from 'node:test';
import {
  type ApiException,
  AppsV1Api,
  Attach,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  Exec,
  KubeConfig,
  KubernetesObjectApi,
  Log,
  makeInformer,
  PatchStrategy,
  PortForward,
  setHeaderOptions,
  type V1ConfigMap,
  type V1Pod,
  type V1Status,
  VersionApi,
  Watch,
} from '@kubernetes/client-node';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

const namespace = 'default';
let cluster: TestCluster | undefined;
let config: KubeConfig;
let core: CoreV1Api;

const pod = (name: string, script: string): V1Pod => ({
  metadata: { name, labels: { app: name } },
  spec: {
    terminationGracePeriodSeconds: 0,
    containers: [{ name: 'c', image: 'localhost/hello:1', command: ['sh', '-c', script], stdin: true }],
  },
});
const running = (name: string) =>
  eventually(
    `${name} runs`,
    async () => (await core.readNamespacedPod({ name, namespace })).status?.phase === 'Running',
  );
const textOf = (stream: PassThrough) => {
  const seen = { text: '' };
  stream.on('data', (chunk) => {
    seen.text += chunk;
  });
  return seen;
};

describe('the JavaScript client', () => {
  before(async () => {
    const kubeconfig = process.env.TIPHYS_TEST_KUBECONFIG;
    if (!kubeconfig) {
      cluster = await startTestCluster({ name: 'tph-interop-js' });
      await cluster.tiphys('image', 'build', '--name', cluster.name, join(repository, 'examples/hello'));
    }
    config = new KubeConfig();
    config.loadFromFile(kubeconfig ?? cluster!.env.KUBECONFIG!);
    core = config.makeApiClient(CoreV1Api);
    await core.createNamespacedPod({
      namespace,
      body: pod('talker', 'echo ready; while read line; do echo "heard $line"; done'),
    });
    await running('talker');
  });
  after(() => cluster?.down());

  it('reads the version and its own permissions', async () => {
    assert.equal((await config.makeApiClient(VersionApi).getCode()).minor, '36');
    const review = await config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({
      body: { spec: { resourceAttributes: { verb: 'create', resource: 'pods', namespace } } },
    });
    assert.equal(review.status?.allowed, true);
  });

  it('creates, reads, replaces, patches and deletes typed objects', async () => {
    const name = 'typed';
    const created = await core.createNamespacedConfigMap({
      namespace,
      body: { metadata: { name }, data: { a: '1' } },
    });
    assert.ok(created.metadata?.creationTimestamp instanceof Date);
    created.data = { a: '2' };
    const replaced = await core.replaceNamespacedConfigMap({ name, namespace, body: created });
    await assert.rejects(
      core.replaceNamespacedConfigMap({ name, namespace, body: created }),
      (error: ApiException<string>) => error.code === 409 && /has been modified/.test(String(error.body)),
    );
    const steps = [{ op: 'replace', path: '/data/a', value: '3' }];
    const patched = await core.patchNamespacedConfigMap({ name, namespace, body: steps });
    assert.equal(patched.data?.a, '3');
    for (const [strategy, value] of [
      [PatchStrategy.MergePatch, '4'],
      [PatchStrategy.StrategicMergePatch, '5'],
    ] as const) {
      const body = { data: { a: value } };
      const merged = await core.patchNamespacedConfigMap(
        { name, namespace, body },
        setHeaderOptions('Content-Type', strategy),
      );
      assert.equal(merged.data?.a, value);
    }
    const body = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { b: '1' } };
    const applied = await core.patchNamespacedConfigMap(
      { name, namespace, body, fieldManager: 'interop', force: true },
      setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply),
    );
    assert.deepEqual(applied.data, { a: '5', b: '1' });
    assert.notEqual(replaced.metadata?.resourceVersion, applied.metadata?.resourceVersion);
    const status: V1Status = await core.deleteNamespacedConfigMap({ name, namespace });
    assert.equal(status.status, 'Success');
    await assert.rejects(
      core.readNamespacedConfigMap({ name, namespace }),
      (e: ApiException<string>) => e.code === 404,
    );
  });

  it('reads a list in pages', async () => {
    for (const i of [1, 2, 3])
      await core.createNamespacedSecret({
        namespace,
        body: { metadata: { name: `page-${i}` }, stringData: { a: 'b' } },
      });
    const names: string[] = [];
    let token: string | undefined;
    do {
      const page = await core.listNamespacedSecret({ namespace, limit: 1, _continue: token });
      names.push(...page.items.map((item) => item.metadata!.name!));
      token = page.metadata?._continue;
    } while (token);
    assert.deepEqual(
      names.filter((name) => name.startsWith('page-')),
      ['page-1', 'page-2', 'page-3'],
    );
  });

  it('handles kinds found by discovery, custom ones included', async () => {
    const objects = KubernetesObjectApi.makeApiClient(config);
    await objects.create({
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'ships.interop.example' },
      spec: {
        group: 'interop.example',
        scope: 'Namespaced',
        names: { plural: 'ships', kind: 'Ship' },
        versions: [
          {
            name: 'v1',
            served: true,
            storage: true,
            schema: {
              openAPIV3Schema: {
                type: 'object',
                properties: { spec: { type: 'object', properties: { mast: { type: 'integer' } } } },
              },
            },
          },
        ],
      },
    } as object);
    const custom = config.makeApiClient(CustomObjectsApi);
    const ships = { group: 'interop.example', version: 'v1', namespace, plural: 'ships' };
    const body = {
      apiVersion: 'interop.example/v1',
      kind: 'Ship',
      metadata: { name: 'argo' },
      spec: { mast: 1 },
    };
    await eventually('ships are served', () => custom.createNamespacedCustomObject({ ...ships, body }));
    const argo = await custom.getNamespacedCustomObject({ ...ships, name: 'argo' });
    assert.equal(argo.spec.mast, 1);
    await custom.deleteNamespacedCustomObject({ ...ships, name: 'argo' });
  });

  it('watches', async () => {
    const seen: string[] = [];
    const ended = new Promise<void>((resolve) => {
      new Watch(config).watch(
        `/api/v1/namespaces/${namespace}/configmaps`,
        { fieldSelector: 'metadata.name=watched', timeoutSeconds: 2 },
        (type, object: V1ConfigMap) => seen.push(`${type} ${object.metadata?.name}`),
        () => resolve(),
      );
    });
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name: 'watched' } } });
    await core.deleteNamespacedConfigMap({ name: 'watched', namespace });
    await ended;
    assert.deepEqual(seen, ['ADDED watched', 'DELETED watched']);
  });

  it('keeps an informer in step', async () => {
    const seen: string[] = [];
    const informer = makeInformer(config, `/api/v1/namespaces/${namespace}/configmaps`, () =>
      core.listNamespacedConfigMap({ namespace }),
    );
    for (const verb of ['add', 'update', 'delete'] as const)
      informer.on(verb, ({ metadata }) => {
        if (metadata?.name === 'informed') seen.push(verb);
      });
    await informer.start();
    const name = 'informed';
    await core.createNamespacedConfigMap({ namespace, body: { metadata: { name } } });
    await core.patchNamespacedConfigMap(
      { name, namespace, body: { data: { a: '1' } } },
      setHeaderOptions('Content-Type', PatchStrategy.MergePatch),
    );
    await core.deleteNamespacedConfigMap({ name, namespace });
    await eventually('the informer saw it all', () => seen.length === 3);
    assert.deepEqual(seen, ['add', 'update', 'delete']);
    await informer.stop();
  });

  it('runs commands in a container, with input, output and exit code', async () => {
    const [out, err, input] = [new PassThrough(), new PassThrough(), new PassThrough()];
    const [said, complained] = [textOf(out), textOf(err)];
    const status = await new Promise<V1Status>((resolve, reject) => {
      new Exec(config)
        .exec(
          namespace,
          'talker',
          'c',
          ['sh', '-c', 'read line; echo "got $line"; echo bad >&2; exit 3'],
          out,
          err,
          input,
          false,
          resolve,
        )
        .catch(reject);
      input.write('word\n');
    });
    assert.deepEqual([said.text, complained.text], ['got word\n', 'bad\n']);
    assert.equal(status.status, 'Failure');
    assert.equal(status.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message, '3');
  });

  it('attaches to a container', async () => {
    const [out, input] = [new PassThrough(), new PassThrough()];
    const said = textOf(out);
    const socket = await new Attach(config).attach(namespace, 'talker', 'c', out, null, input, false);
    input.write('ahoy\n');
    await eventually('the answer', () => said.text.includes('heard ahoy'));
    socket.close();
  });

  it('follows a log to its end', async () => {
    const body = pod('brief', 'echo one; sleep 1; echo two');
    body.spec!.restartPolicy = 'Never';
    await core.createNamespacedPod({ namespace, body });
    await running('brief');
    const out = new PassThrough();
    const said = textOf(out);
    await new Log(config).log(namespace, 'brief', 'c', out, { follow: true });
    await once(out, 'end');
    assert.equal(said.text, 'one\ntwo\n');
    const last = await core.readNamespacedPodLog({ name: 'brief', namespace, tailLines: 1 });
    assert.equal(last, 'two\n');
  });

  it('forwards a port', async () => {
    await core.createNamespacedPod({
      namespace,
      body: pod('server', 'while true; do echo from the pod | nc -l -p 8080; done'),
    });
    await running('server');
    const forward = new PortForward(config);
    const server = createServer(
      (socket) => void forward.portForward(namespace, 'server', [8080], socket, null, socket),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const answer = await eventually('the pod answers', async () => {
      const socket = connect(port, '127.0.0.1');
      const got = await new Promise<string>((resolve) => {
        socket.on('data', (chunk) => resolve(String(chunk)));
        socket.on('close', () => resolve(''));
        socket.on('error', () => resolve(''));
      });
      socket.destroy();
      return got;
    });
    assert.equal(answer, 'from the pod\n');
    server.close();
  });

  it('scales and reads a deployment', async () => {
    const apps = config.makeApiClient(AppsV1Api);
    const name = 'scaled';
    const template = { metadata: { labels: { app: name } }, spec: pod(name, 'sleep 1000').spec! };
    await apps.createNamespacedDeployment({
      namespace,
      body: { metadata: { name }, spec: { replicas: 0, selector: { matchLabels: { app: name } }, template } },
    });
    const scale = await apps.readNamespacedDeploymentScale({ name, namespace });
    scale.spec!.replicas = 1;
    delete scale.metadata!.resourceVersion;
    await apps.replaceNamespacedDeploymentScale({ name, namespace, body: scale });
    await eventually(
      'one replica',
      async () => (await apps.readNamespacedDeployment({ name, namespace })).status?.availableReplicas === 1,
    );
    await apps.deleteNamespacedDeployment({ name, namespace });
  });
});
