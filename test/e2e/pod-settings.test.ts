// What a container finds when it starts: its neighbours, environment, volumes, limits, rights and names, as the pod says.
// All pods are created at once; each test waits for its own.
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
const status = (word: string) => `grep ^${word}: /proc/self/status | cut -f2`;
const cgroup = (file: string) => `cat /sys/fs/cgroup/${file}`;

const objects = () => [
  {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings' },
    data: { a: 'one', b: 'two', 'not.a.name': 'x' },
  },
  { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'hidden' }, stringData: { key: 'value' } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'robot' } },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'sub' },
    spec: { clusterIP: 'None', selector: { part: 'sub' }, ports: [{ port: 80 }] },
  },
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
          'until [ -e /v/up ]; do sleep 0.1; done; wget -qO- http://127.0.0.1:8080/f; ps -o comm | grep -c httpd; hostname; kill $(cat /v/up)',
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

const limits = () => [
  pod('writer', {
    containers: main('dd if=/dev/zero of=/x bs=1M count=4; sleep 1000', {
      resources: { limits: { 'ephemeral-storage': '2Mi' } },
    }),
  }),
  pod('limited', {
    containers: main(
      [
        cgroup('memory/memory.limit_in_bytes'),
        cgroup('cpu/cpu.shares'),
        cgroup('cpu/cpu.cfs_quota_us'),
        cgroup('cpu/cpu.cfs_period_us'),
      ].join(';'),
      { resources: { requests: { cpu: '100m' }, limits: { memory: '40Mi', cpu: '500m' } } },
    ),
  }),
  pod('guaranteed', {
    containers: main('cat /proc/self/oom_score_adj', {
      resources: { limits: { memory: '32Mi', cpu: '10m' } },
    }),
  }),
  pod('best-effort', { containers: main('cat /proc/self/oom_score_adj') }),
];

const rights = () => [
  pod('capable', {
    securityContext: { supplementalGroups: [4000], seccompProfile: { type: 'RuntimeDefault' } },
    containers: main(`${status('CapEff')}; ${status('Seccomp')}; id -G; echo 1 > /proc/sys/kernel/panic`, {
      command: sh(
        `${status('CapEff')}; ${status('Seccomp')}; id -G; (echo 1 > /proc/sys/kernel/panic) 2>&1 | grep -o Read-only; true`,
      ),
      securityContext: { capabilities: { add: ['NET_ADMIN'], drop: ['ALL'] } },
    }),
  }),
  pod('privileged', {
    containers: main(
      `[ -w /dev/full ] && ls /dev | wc -l; ${status('Seccomp')}; mount -t tmpfs x /tmp && echo mounted`,
      {
        securityContext: { privileged: true },
      },
    ),
  }),
  pod('tuned', {
    securityContext: { sysctls: [{ name: 'net.ipv4.ip_local_port_range', value: '2000 3000' }] },
    containers: main('cat /proc/sys/net/ipv4/ip_local_port_range | xargs'),
  }),
  pod('untunable', {
    securityContext: { sysctls: [{ name: 'kernel.msgmax', value: '100' }] },
    containers: main('true'),
  }),
  pod('root', { securityContext: { runAsNonRoot: true }, containers: main('true') }),
  pod('no-token', {
    automountServiceAccountToken: false,
    containers: main('ls /var/run/secrets 2>&1; true'),
  }),
];

const names = () => [
  pod(
    'one',
    { hostname: 'one', subdomain: 'sub', containers: main('sleep 1000') },
    { labels: { part: 'sub' } },
  ),
  pod('asks', {
    containers: main('until nslookup one.sub.default.svc.cluster.local; do sleep 0.2; done; hostname'),
  }),
  pod('qualified', {
    hostname: 'q',
    subdomain: 'sub',
    setHostnameAsFQDN: true,
    containers: main('hostname'),
  }),
  pod('own-dns', {
    dnsPolicy: 'None',
    dnsConfig: {
      nameservers: ['192.0.2.53'],
      searches: ['port.example'],
      options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
    },
    containers: main('cat /etc/resolv.conf'),
  }),
  pod('host-dns', {
    hostNetwork: true,
    dnsPolicy: 'ClusterFirstWithHostNet',
    containers: main('grep nameserver /etc/resolv.conf'),
  }),
  pod('port', {
    containers: main('mkdir /w; echo hostport > /w/f; httpd -f -p 8080 -h /w', {
      ports: [{ containerPort: 8080, hostPort: 9080 }],
    }),
  }),
];

const images = () => [
  pod('never', { containers: main('true', { image: 'localhost/absent:1', imagePullPolicy: 'Never' }) }),
  pod('present', { containers: main('echo here', { imagePullPolicy: 'Never' }) }),
  pod('always', { containers: main('true', { image: 'nowhere.invalid/x:1', imagePullPolicy: 'Always' }) }),
];

describe('what a container finds', () => {
  before(async () => {
    scene = await PodScene.start('tph-e2e-settings');
    await mkdir(join(scene.cluster.directory, 'host/there'), { recursive: true });
    await writeFile(join(scene.cluster.directory, 'host/there/f'), 'found\n');
    await scene.create(...objects());
    await eventually('the service account', () => scene.cluster.kubectl('get', 'serviceaccount', 'default'));
    const pods = [neighbours, environments, volumes, limits, rights, names, images].flatMap((make) => make());
    await scene.create(...pods);
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

  test('what is missing in the environment is said', async () => {
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

  test('limits are the cgroup’s, and the quality of service follows from them', async () => {
    assert.deepEqual(await scene.lines('limited'), [String(40 * 1024 * 1024), '102', '50000', '100000']);
    assert.equal((await scene.status('limited')).qosClass, 'Burstable');
    assert.deepEqual(await scene.lines('best-effort'), ['1000']);
    assert.equal((await scene.status('best-effort')).qosClass, 'BestEffort');
    await scene.phase('guaranteed', 'Succeeded');
    assert.equal((await scene.status('guaranteed')).qosClass, 'Guaranteed');
  });

  test('capabilities, groups, system-call filter and kernel settings are as asked for', async () => {
    assert.deepEqual(await scene.lines('capable'), ['0000000000001000', '2', '0 4000', 'Read-only']);
    const [devices, seccomp, mounted] = await scene.lines('privileged');
    assert.ok(Number(devices) > 20);
    assert.deepEqual([seccomp, mounted], ['0', 'mounted']);
    assert.deepEqual(await scene.lines('tuned'), ['2000 3000']);
    const { reason, message } = await scene.phase('untunable', 'Failed');
    assert.deepEqual(
      [reason, message],
      ['SysctlForbidden', 'Pod was rejected: forbidden sysctl: "kernel.msgmax" not allowlisted'],
    );
    assert.match(
      (await scene.waiting('root', 'CreateContainerConfigError')) ?? '',
      /^container has runAsNonRoot and image will run as root \(pod: "root_default\(.*\)", container: main\)$/,
    );
    assert.deepEqual(await scene.lines('no-token'), ['ls: /var/run/secrets: No such file or directory']);
  });

  test('names: of the host, in a headless Service’s DNS, and as resolv.conf says', async () => {
    const { podIP } = await scene.phase('one', 'Running');
    const asked = await scene.lines('asks');
    assert.ok(asked.some((line) => line.includes(podIP!)));
    assert.equal(asked.at(-1), 'asks');
    assert.deepEqual(await scene.lines('qualified'), ['q.sub.default.svc.cluster.local']);
    assert.deepEqual(await scene.lines('own-dns'), [
      'search port.example',
      'nameserver 192.0.2.53',
      'options ndots:2 edns0',
    ]);
    assert.deepEqual(await scene.lines('host-dns'), ['nameserver 10.96.0.10']);
  });

  test('a hostPort answers at the node’s address', async () => {
    const { hostIP } = await scene.phase('port', 'Running');
    const text = await eventually('an answer', () =>
      fetch(`http://${hostIP}:9080/f`).then((answer) => answer.text()),
    );
    assert.equal(text, 'hostport\n');
  });

  test('images are pulled by their policy', async () => {
    assert.equal(
      await scene.waiting('never', 'ErrImageNeverPull'),
      'Container image "localhost/absent:1" is not present with pull policy of Never',
    );
    assert.deepEqual(await scene.lines('present'), ['here']);
    await scene.event('present', /^Pulled: Container image "busybox:1" already present on machine/);
    await scene.event('always', /^Failed: Failed to pull image "nowhere.invalid\/x:1": /);
  });

  test('a container that writes more than its limit evicts its pod', async () => {
    const { reason, message } = await scene.phase('writer', 'Failed');
    assert.deepEqual(
      [reason, message],
      ['Evicted', 'Pod ephemeral local storage usage exceeds the total limit of containers 2Mi. '],
    );
  });
});
