// What a container is given by its pod: neighbours, environment and volumes. All pods are created at once; each test waits
// for its own.
import assert from 'node:assert/strict';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { main, PodScene, pod, sh } from '../support/pod-scene.ts';

let scene: PodScene;
let uid: string;
const image = 'busybox:1';
const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
const resource = (name: string, of: string, divisor?: string) => ({
  name,
  valueFrom: { resourceFieldRef: { resource: of, divisor } },
});
const from = (name: string, source: 'configMapKeyRef' | 'secretKeyRef', key: string, optional?: boolean) => ({
  name,
  valueFrom: { [source]: { name: source === 'secretKeyRef' ? 'hidden' : 'settings', key, optional } },
});
const mount = (name: string, mountPath: string, extra: object = {}) => ({ name, mountPath, ...extra });

const objects = () => [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { a: 'one', b: 'two', 'not.a.name': 'x' },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hidden' }, stringData: { key: 'value' } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } },
];

const neighbours = () => [
  pod('together', {
    shareProcessNamespace: true,
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: [
      {
        name: 'main',
        image,
        command: sh(
          'until [ -e /v/up ]; do sleep 0.1; done; until wget -qO- http://127.0.0.1:8080/f 2>/dev/null; do sleep 0.1; done; ps -o comm | grep -c httpd; hostname; kill $(cat /v/up)',
        ),
        volumeMounts: [mount('v', '/v')],
      },
      {
        name: 'web',
        image,
        command: sh(
          'echo shared > /v/f; httpd -f -p 8080 -h /v & echo $! > /v/pid; mv /v/pid /v/up; wait; exit 0',
        ),
        volumeMounts: [mount('v', '/v')],
      },
    ],
  }),
  pod('inits', {
    volumes: [{ name: 'v', emptyDir: {} }],
    initContainers: ['first', 'second'].map((name) => ({
      name,
      image,
      command: sh(`sleep 0.3; echo ${name} >> /v/order`),
      volumeMounts: [mount('v', '/v')],
    })),
    containers: main('cat /v/order', { volumeMounts: [mount('v', '/v')] }),
  }),
  pod('init-fails', { initContainers: [{ ...main('exit 7')[0], name: 'bad' }], containers: main('true') }),
];

const environments = () => [
  pod(
    'env',
    {
      serviceAccountName: 'robot',
      containers: main(
        'echo $LITERAL; echo $EXPANDED; echo "$ESCAPED" "$UNKNOWN"; echo $ONE $VALUE "[$NONE]"; echo $UID_ $NODE $ACCOUNT $LABEL $HOST; echo $CPU $MEMORY; echo $P_a $P_b $key; grep -c "not.a.name" /proc/1/environ; echo $KUBERNETES_SERVICE_HOST $KUBERNETES_SERVICE_PORT; echo $0',
        {
          args: ['$(EXPANDED)!'],
          envFrom: [
            { prefix: 'P_', configMapRef: { name: 'settings' } },
            { secretRef: { name: 'hidden' } },
            { configMapRef: { name: 'missing', optional: true } },
          ],
          env: [
            { name: 'LITERAL', value: 'a literal' },
            { name: 'EXPANDED', value: '$(LITERAL)+$(ONE)' },
            from('ONE', 'configMapKeyRef', 'a'),
            { name: 'EXPANDED', value: '$(LITERAL)+$(ONE)' },
            { name: 'ESCAPED', value: '$$(LITERAL)' },
            { name: 'UNKNOWN', value: '$(NOBODY)' },
            from('VALUE', 'secretKeyRef', 'key'),
            from('NONE', 'configMapKeyRef', 'none', true),
            field('UID_', 'metadata.uid'),
            field('NODE', 'spec.nodeName'),
            field('ACCOUNT', 'spec.serviceAccountName'),
            field('LABEL', "metadata.labels['part']"),
            field('HOST', 'status.hostIP'),
            resource('CPU', 'requests.cpu', '1m'),
            resource('MEMORY', 'limits.memory'),
          ],
          resources: { requests: { cpu: '50m' }, limits: { memory: '32Mi', cpu: '1' } },
        },
      ),
    },
    { labels: { part: 'env' } },
  ),
  pod('no-key', { containers: main('true', { env: [from('X', 'configMapKeyRef', 'nope')] }) }),
  pod('no-secret', { containers: main('true', { envFrom: [{ secretRef: { name: 'missing' } }] }) }),
];

const hostPath = (name: string, path: string, type: string) => ({
  name,
  hostPath: { path: join(scene.cluster.directory, 'host', path), type },
});

const volumes = () => [
  pod('host-paths', {
    volumes: [
      hostPath('new', 'new', 'DirectoryOrCreate'),
      hostPath('file', 'made', 'FileOrCreate'),
      hostPath('there', 'there', 'Directory'),
    ],
    containers: main('echo hi > /new/x; echo ho > /file; cat /there/f; touch /there/no 2>&1', {
      volumeMounts: [
        mount('new', '/new'),
        mount('file', '/file'),
        mount('there', '/there', { readOnly: true }),
      ],
      command: sh('echo hi > /new/x; echo ho > /file; cat /there/f; touch /there/no 2>&1; true'),
    }),
  }),
  pod('not-a-directory', {
    volumes: [hostPath('v', 'there/f', 'Directory')],
    containers: main('true', { volumeMounts: [mount('v', '/v')] }),
  }),
  pod('projected', {
    serviceAccountName: 'robot',
    volumes: [
      {
        name: 'all',
        projected: {
          defaultMode: 0o440,
          sources: [
            { configMap: { name: 'settings', items: [{ key: 'a', path: 'settings/a', mode: 0o444 }] } },
            { secret: { name: 'hidden' } },
            { configMap: { name: 'missing', optional: true } },
            { downwardAPI: { items: [{ path: 'name', fieldRef: { fieldPath: 'metadata.name' } }] } },
            { serviceAccountToken: { path: 'token', audience: 'harbour', expirationSeconds: 600 } },
          ],
        },
      },
    ],
    containers: main(
      'cd /all; echo $(cat settings/a) $(cat key) $(cat name); stat -Lc "%n %a" settings/a key name token; cat token; echo; sleep 1000',
      {
        volumeMounts: [mount('all', '/all', { readOnly: true })],
      },
    ),
  }),
  pod(
    'downward',
    {
      volumes: [
        {
          name: 'd',
          downwardAPI: {
            items: [
              { path: 'annotations', fieldRef: { fieldPath: 'metadata.annotations' } },
              {
                path: 'cpu',
                resourceFieldRef: { containerName: 'main', resource: 'limits.cpu', divisor: '1m' },
              },
            ],
          },
        },
      ],
      containers: main('cat /d/cpu; echo; until grep tide /d/annotations; do sleep 0.1; done', {
        resources: { limits: { cpu: '250m' } },
        volumeMounts: [mount('d', '/d')],
      }),
    },
    { annotations: { moon: 'full' } },
  ),
  pod('sub-paths', {
    volumes: [{ name: 'v', emptyDir: {} }],
    containers: main('touch /named/x; find /v | sort', {
      env: [field('POD', 'metadata.name')],
      volumeMounts: [mount('v', '/v'), mount('v', '/named', { subPathExpr: 'of/$(POD)' })],
    }),
  }),
  pod('too-full', {
    volumes: [{ name: 'v', emptyDir: { sizeLimit: '1Mi' } }],
    containers: main('dd if=/dev/zero of=/v/x bs=1M count=3; sleep 1000', {
      volumeMounts: [mount('v', '/v')],
    }),
  }),
];

describe('neighbours, environment and volumes of a container', () => {
  before(async () => {
    scene = await PodScene.start('tph-e2e-inputs');
    await mkdir(join(scene.cluster.directory, 'host/there'), { recursive: true });
    await writeFile(join(scene.cluster.directory, 'host/there/f'), 'found\n');
    await scene.create(...objects());
    await eventually('the service account', () => scene.cluster.kubectl('get', 'serviceaccount', 'default'));
    await scene.create(...[neighbours, environments, volumes].flatMap((make) => make()));
  });
  after(() => scene?.down());

  test('containers of a pod share its address, volumes and, when asked, processes', async () => {
    assert.deepEqual(await scene.lines('together', '-c', 'main'), ['shared', '1', 'together']);
  });

  test('init containers run one after another before the others; a failing one fails the pod', async () => {
    assert.deepEqual(await scene.lines('inits'), ['first', 'second']);
    const failed = await scene.phase('init-fails', 'Failed');
    assert.equal(failed.initContainerStatuses?.[0]?.state.terminated?.exitCode, 7);
    assert.equal(failed.containerStatuses?.[0]?.state.waiting?.reason, 'PodInitializing');
    const { reason, message } = failed.conditions!.find(({ type }) => type === 'Initialized')!;
    assert.deepEqual(
      [reason, message],
      ['ContainersNotInitialized', 'containers with incomplete status: [bad]'],
    );
  });

  test('the environment comes from literals, ConfigMaps, Secrets, fields and resources', async () => {
    const lines = await scene.lines('env');
    uid = await scene.cluster.kubectl('get', 'pod', 'env', '-o', 'jsonpath={.metadata.uid}');
    const node = scene.cluster.name;
    const { hostIP } = await scene.status('env');
    assert.deepEqual(lines, [
      'a literal',
      'a literal+one',
      '$(LITERAL) $(NOBODY)',
      'one value []',
      `${uid} ${node} robot env ${hostIP}`,
      `50 ${32 * 1024 * 1024}`,
      'one two value',
      '1',
      '10.96.0.1 443',
      'a literal+one!',
    ]);
  });

  test('a missing key or Secret in the environment is reported as CreateContainerConfigError', async () => {
    assert.equal(
      await scene.waiting('no-key', 'CreateContainerConfigError'),
      "couldn't find key nope in ConfigMap default/settings",
    );
    assert.equal(
      await scene.waiting('no-secret', 'CreateContainerConfigError'),
      'secret "missing" not found',
    );
  });

  test('hostPath volumes are made or checked by their type', async () => {
    assert.deepEqual(await scene.lines('host-paths'), ['found', 'touch: /there/no: Read-only file system']);
    const host = join(scene.cluster.directory, 'host');
    assert.equal(await readFile(join(host, 'new/x'), 'utf8'), 'hi\n');
    assert.equal((await stat(join(host, 'made'))).mode & 0o777, 0o644);
    await scene.event(
      'not-a-directory',
      new RegExp(
        `^FailedMount: MountVolume.SetUp failed for volume "v" : hostPath type check failed: ${host}/there/f is not a directory$`,
      ),
    );
  });

  test('a projected volume joins its sources; its token is good for its audience only', async () => {
    const lines = await eventually('the lines', async () => {
      const found = (await scene.logs('projected')).split('\n');
      return found[5] ? found : undefined;
    });
    assert.deepEqual(lines.slice(0, 5), [
      'one value projected',
      'settings/a 444',
      'key 440',
      'name 440',
      'token 440',
    ]);
    const review = async (audience: string) => {
      const spec = { token: lines[5], audiences: [audience] };
      const object = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenReview', spec };
      return JSON.parse(
        await scene.cluster.kubectlWith(JSON.stringify(object), 'create', '-o', 'json', '-f', '-'),
      ).status;
    };
    const good = await review('harbour');
    assert.equal(good.user.username, 'system:serviceaccount:default:robot');
    assert.deepEqual(good.user.extra['authentication.kubernetes.io/pod-name'], ['projected']);
    assert.deepEqual(good.audiences, ['harbour']);
    assert.notEqual((await review('open sea')).authenticated, true);
  });

  test('a downward API volume follows the pod', async () => {
    await scene.phase('downward', 'Running');
    await scene.cluster.kubectl('annotate', 'pod', 'downward', 'tide=high');
    assert.deepEqual(await scene.lines('downward'), ['250', 'tide="high"']);
  });

  test('a subPath may name the pod; an emptyDir over its limit evicts it', async () => {
    assert.deepEqual(await scene.lines('sub-paths'), ['/v', '/v/of', '/v/of/sub-paths', '/v/of/sub-paths/x']);
    const { reason, message } = await scene.phase('too-full', 'Failed');
    assert.deepEqual(
      [reason, message],
      ['Evicted', 'Usage of EmptyDir volume "v" exceeds the limit "1Mi". '],
    );
  });
});
