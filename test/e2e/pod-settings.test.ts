// Limits, rights, names and images of containers, as their pods ask for them. All pods are created at once; each test waits
// for its own.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/eventually.ts';
import { main, PodScene, pod, sh } from '../support/pod-scene.ts';

let scene: PodScene;
const status = (word: string) => `grep ^${word}: /proc/self/status | cut -f2`;
const cgroup = (file: string) => `cat /sys/fs/cgroup/${file}`;

const headlessService = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'sub' },
  spec: { clusterIP: 'None', selector: { part: 'sub' }, ports: [{ port: 80 }] },
};

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

describe('limits, rights, names and images of a container', () => {
  before(async () => {
    scene = await PodScene.start('tph-e2e-settings');
    await scene.create(headlessService);
    await eventually('the service account', () => scene.cluster.kubectl('get', 'serviceaccount', 'default'));
    await scene.create(...[limits, rights, names, images].flatMap((make) => make()));
  });
  after(() => scene?.down());

  test('limits are set in the cgroup, and the QoS class follows from them', async () => {
    assert.deepEqual(await scene.lines('limited'), [String(40 * 1024 * 1024), '102', '50000', '100000']);
    assert.equal((await scene.status('limited')).qosClass, 'Burstable');
    assert.deepEqual(await scene.lines('best-effort'), ['1000']);
    assert.equal((await scene.status('best-effort')).qosClass, 'BestEffort');
    await scene.phase('guaranteed', 'Succeeded');
    assert.equal((await scene.status('guaranteed')).qosClass, 'Guaranteed');
  });

  test('capabilities, groups, seccomp profile and sysctls are as the pod asks', async () => {
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

  test('host name, DNS name under a headless Service and resolv.conf are as the pod asks', async () => {
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
