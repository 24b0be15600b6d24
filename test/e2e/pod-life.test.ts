// How pods live and end: restarts, probes, hooks, grace, deadlines, sidecars, evictions. All pods are created at once;
// each test waits for its own.
import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { eventually } from '../support/eventually.ts';
import { type Ended, firstOf, main, PodScene, type PodStatus, pod, sh } from '../support/pod-scene.ts';
import { speakerImage } from '../support/speaker-image.ts';

let scene: PodScene;
const image = 'busybox:1';
const forever = 'while true; do sleep 0.1; done';
const obeys = (word = '') => `trap 'echo ${word}; exit 0' TERM; ${forever}`;
const quick = { periodSeconds: 1, failureThreshold: 1 };
const patient = { periodSeconds: 1, timeoutSeconds: 5 };
const keep = { finalizers: ['example.com/keep'] };
const always = (name: string, containers: object[], extra: object = {}) =>
  pod(name, { restartPolicy: 'Always', ...extra, containers });
const v = { volumes: [{ name: 'v', emptyDir: {} }] };
const mounted = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
const web = 'mkdir /w; httpd -p 8080 -h /w;';

const restarts = () => [
  pod('retries', {
    restartPolicy: 'OnFailure',
    ...v,
    containers: main('[ -e /v/x ] && exit 0; touch /v/x; exit 5', mounted),
  }),
  pod('gives-up', { containers: main('exit 6') }),
  pod('completes', { containers: main('true') }),
  always('comes-back', main('sleep 0.5')),
  pod('late', { activeDeadlineSeconds: 1, containers: main(obeys()) }),
  pod('by-rule', {
    containers: main('[ -e /v/x ] && exit 43; touch /v/x; exit 42', {
      ...mounted,
      restartPolicy: 'Never',
      restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [42] } }],
    }),
    ...v,
  }),
  pod('no-such-program', { containers: [{ name: 'main', image, command: ['/nowhere'] }] }),
];

const probes = () => [
  always(
    'http-dead',
    main(web + obeys(), {
      // The server may not listen yet when the first probe comes.
      livenessProbe: { httpGet: { path: '/no', port: 8080 }, ...quick, failureThreshold: 3 },
    }),
  ),
  always('tcp-dead', main(obeys(), { livenessProbe: { tcpSocket: { port: 81 }, ...quick } })),
  always('never-starts', main(obeys(), { startupProbe: { exec: { command: ['false'] }, ...quick } })),
  always(
    'slow-answer',
    main(obeys(), {
      livenessProbe: { exec: { command: ['sleep', '100'] }, timeoutSeconds: 1, ...quick },
    }),
  ),
  always(
    'tcp-ready',
    main(`sleep 0.5; ${web} ${obeys()}`, { readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 } }),
  ),
  always('gated', main(obeys()), { readinessGates: [{ conditionType: 'example.com/tide' }] }),
  always('grpc', [
    {
      name: 'main',
      image: 'speaker:1',
      command: ['node', '/health.js'],
      // On a busy machine the program starts late and answers late.
      startupProbe: { grpc: { port: 9000, service: 'ready' }, ...patient, failureThreshold: 60 },
      readinessProbe: { grpc: { port: 9000, service: 'ready' }, ...patient },
      livenessProbe: { grpc: { port: 9000, service: 'live' }, ...patient, failureThreshold: 2 },
    },
  ]),
];

const endings = () => [
  pod('stubborn', { containers: main("trap '' TERM; while true; do sleep 0.1; done") }, keep),
  pod('polite', { terminationGracePeriodSeconds: 30, containers: main(obeys('bye')) }, keep),
  always(
    'bad-hook',
    main(obeys(), { lifecycle: { postStart: { exec: { command: sh('echo no wind; exit 3') } } } }),
  ),
  pod(
    'sleepy',
    {
      terminationGracePeriodSeconds: 30,
      containers: main(`${web} ${obeys('bye')}`, { lifecycle: { preStop: { sleep: { seconds: 1 } } } }),
    },
    keep,
  ),
  pod(
    'http-hook',
    {
      ...v,
      terminationGracePeriodSeconds: 30,
      containers: main(
        `trap '[ -e /v/called ] && exit 42' TERM; mkdir -p /w/cgi-bin; printf '#!/bin/sh\\necho; touch /v/called\\n' > /w/cgi-bin/hook; chmod +x /w/cgi-bin/hook; httpd -p 8080 -h /w; ${forever}`,
        {
          ...mounted,
          readinessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 1 },
          lifecycle: { preStop: { httpGet: { path: '/cgi-bin/hook', port: 8080 } } },
        },
      ),
    },
    keep,
  ),
];

const sidecar = (name: string, extra: object = {}) => ({
  name,
  image,
  restartPolicy: 'Always',
  command: sh(`echo ${name} up >> /v/story; trap 'echo ${name} down >> /v/story; exit 0' TERM; ${forever}`),
  ...mounted,
  ...extra,
});

const sidecars = () => [
  pod('convoy', {
    terminationGracePeriodSeconds: 30,
    volumes: [
      { name: 'v', hostPath: { path: join(scene.cluster.directory, 'convoy'), type: 'DirectoryOrCreate' } },
    ],
    initContainers: [
      sidecar('first', { startupProbe: { exec: { command: ['test', '-s', '/v/story'] }, periodSeconds: 1 } }),
      { name: 'between', image, command: sh('echo between >> /v/story'), ...mounted },
      sidecar('second', {
        startupProbe: { exec: { command: ['grep', 'second', '/v/story'] }, periodSeconds: 1 },
      }),
    ],
    containers: main('echo main >> /v/story', mounted),
  }),
  always('mended', main(obeys()), {
    initContainers: [{ name: 'side', image, restartPolicy: 'Always', command: sh('sleep 0.5; exit 1') }],
  }),
];

const evictions = () => [
  pod('guarded', { containers: main(obeys()) }, { labels: { app: 'guarded' } }),
  pod('tolerant', {
    tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
    containers: main(obeys()),
  }),
  {
    apiVersion: 'policy/v1',
    kind: 'PodDisruptionBudget',
    metadata: { name: 'guard' },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'guarded' } } },
  },
];

const conditionsOf = (status: { conditions?: { type: string; status: string; reason?: string }[] }) =>
  Object.fromEntries(
    (status.conditions ?? []).map(({ type, status, reason }) => [
      type,
      [status, reason].filter(Boolean).join(' '),
    ]),
  );
const restarted = async (name: string): Promise<Ended> =>
  firstOf(await scene.until(name, 'restarted', (status) => firstOf(status).restartCount > 0)).lastState
    .terminated!;
/** Deletes a pod that a finalizer keeps, and gives how its container ended. */
async function endOf(name: string): Promise<Ended> {
  await scene.until(name, 'ready', (status) => status.containerStatuses?.[0]?.ready);
  await scene.cluster.kubectl('delete', 'pod', name, '--wait=false');
  const ended = await scene.until(name, 'ended', (status) => firstOf(status).state.terminated);
  await scene.cluster.kubectl('patch', 'pod', name, '-p', '{"metadata":{"finalizers":null}}');
  return firstOf(ended).state.terminated!;
}

describe('the lifecycle of pods', () => {
  before(async () => {
    scene = await PodScene.start('tph-e2e-life');
    const archive = join(scene.cluster.directory, 'speaker.tar');
    await writeFile(archive, await writeArchive(speakerImage()));
    await scene.cluster.tiphys('image', 'load', '--name', scene.cluster.name, archive);
    await rm(archive);
    await eventually('the service account', () => scene.cluster.kubectl('get', 'serviceaccount', 'default'));
    await scene.create(...[restarts, probes, endings, sidecars, evictions].flatMap((make) => make()));
  });
  after(() => scene?.down());

  describe('side by side', { concurrency: 4 }, () => {
    test('restart policies: OnFailure until it succeeds, Never, Always, and by exit code', async () => {
      const retried = await scene.phase('retries', 'Succeeded');
      assert.deepEqual(
        [firstOf(retried).restartCount, firstOf(retried).lastState.terminated?.exitCode],
        [1, 5],
      );
      const failed = await scene.phase('gives-up', 'Failed');
      assert.deepEqual(
        [
          firstOf(failed).restartCount,
          firstOf(failed).state.terminated?.exitCode,
          firstOf(failed).state.terminated?.reason,
        ],
        [0, 6, 'Error'],
      );
      assert.equal((await restarted('comes-back')).reason, 'Completed');
      const byRule = firstOf(await scene.phase('by-rule', 'Failed'));
      assert.deepEqual([byRule.restartCount, byRule.lastState.terminated?.exitCode], [1, 42]);
      assert.equal(byRule.state.terminated?.exitCode, 43);
      const missing = await scene.phase('no-such-program', 'Failed');
      assert.deepEqual(
        [firstOf(missing).state.terminated?.exitCode, firstOf(missing).state.terminated?.reason],
        [128, 'StartError'],
      );
    });

    test('a finished and a running pod show the conditions that Kubernetes gives them', async () => {
      // The sandbox goes after the containers.
      const gone = (s: PodStatus) =>
        /Succeeded|Failed/.test(s.phase ?? '') && conditionsOf(s).PodReadyToStartContainers === 'False';
      assert.deepEqual(conditionsOf(await scene.until('completes', 'sandbox gone', gone)), {
        PodReadyToStartContainers: 'False',
        Initialized: 'True PodCompleted',
        Ready: 'False PodCompleted',
        ContainersReady: 'False PodCompleted',
        PodScheduled: 'True',
      });
      assert.deepEqual(conditionsOf(await scene.until('gives-up', 'sandbox gone', gone)), {
        PodReadyToStartContainers: 'False',
        Initialized: 'True',
        Ready: 'False PodFailed',
        ContainersReady: 'False PodFailed',
        PodScheduled: 'True',
      });
      assert.deepEqual(
        conditionsOf(await scene.until('guarded', 'ready', (s) => s.containerStatuses?.[0]?.ready)),
        {
          PodReadyToStartContainers: 'True',
          Initialized: 'True',
          Ready: 'True',
          ContainersReady: 'True',
          PodScheduled: 'True',
        },
      );
    });

    test('a pod is terminated after activeDeadlineSeconds', async () => {
      const { reason, message } = await scene.phase('late', 'Failed');
      assert.deepEqual(
        [reason, message],
        ['DeadlineExceeded', 'Pod was active on the node longer than the specified deadline'],
      );
    });

    test('liveness and startup probes by HTTP, TCP and command restart their container, and say why', async () => {
      await restarted('http-dead');
      await scene.event(
        'http-dead',
        /^Unhealthy: Liveness probe failed: HTTP probe failed with statuscode: 404$/,
      );
      await restarted('tcp-dead');
      await scene.event(
        'tcp-dead',
        /^Unhealthy: Liveness probe failed: dial tcp [\d.]+:81: connect: connection refused$/,
      );
      await restarted('slow-answer');
      await scene.event(
        'slow-answer',
        /^Unhealthy: Liveness probe failed: command timed out: "sleep 100" timed out after 1s$/,
      );
      await restarted('never-starts');
      await scene.event('never-starts', /^Killing: Container main failed startup probe, will be restarted$/);
    });

    test('readiness by TCP, by gRPC and by a gate', async () => {
      const isReady = (status: Parameters<typeof conditionsOf>[0]) => conditionsOf(status).Ready === 'True';
      await scene.until('tcp-ready', 'ready', isReady);
      const held = await scene.until(
        'gated',
        'held by its gate',
        (s) => conditionsOf(s).ContainersReady === 'True',
      );
      assert.equal(conditionsOf(held).Ready, 'False ReadinessGatesNotReady');
      const condition = { type: 'example.com/tide', status: 'True' };
      const patch = JSON.stringify({ status: { conditions: [condition] } });
      await scene.cluster.kubectl('patch', 'pod', 'gated', '--subresource', 'status', '-p', patch);
      await scene.until('gated', 'ready', isReady);
      await scene.until('grpc', 'ready', isReady);
      await scene.cluster.kubectl('exec', 'grpc', '--', 'touch', '/sick');
      await restarted('grpc');
      await scene.event(
        'grpc',
        /^Unhealthy: Liveness probe failed: service unhealthy \(responded with "NOT_SERVING"\)$/,
      );
    });

    test('a container that ignores SIGTERM is killed after its grace period; one that obeys is not', async () => {
      const [stubborn, polite] = await Promise.all([endOf('stubborn'), endOf('polite')]);
      assert.deepEqual([stubborn.exitCode, stubborn.reason], [137, 'Error']);
      assert.deepEqual([polite.exitCode, polite.reason], [0, 'Completed']);
    });

    test('hooks can sleep or make an HTTP request; a failing postStart hook kills its container', async () => {
      const asked = Date.now();
      assert.equal((await endOf('sleepy')).exitCode, 0);
      assert.ok(Date.now() - asked >= 1_000);
      assert.equal((await endOf('http-hook')).exitCode, 42);
      await scene.event('bad-hook', /^FailedPostStartHook: PostStartHook failed$/);
      await restarted('bad-hook');
    });

    test('sidecars start in order, each waiting for the one before, and end in reverse after the main container', async () => {
      await scene.phase('convoy', 'Succeeded');
      const reader = main('cat /v/story', mounted);
      const path = join(scene.cluster.directory, 'convoy');
      await scene.create(pod('reader', { volumes: [{ name: 'v', hostPath: { path } }], containers: reader }));
      assert.deepEqual(await scene.lines('reader'), [
        ...['first up', 'between', 'second up', 'main', 'second down', 'first down'],
      ]);
      await scene.until(
        'mended',
        'its sidecar restarted',
        (s) => (s.initContainerStatuses?.[0]?.restartCount ?? 0) > 0,
      );
      assert.equal(firstOf(await scene.status('mended')).restartCount, 0);
    });
  });

  test('an eviction waits for the disruption budget; draining moves everything off', async () => {
    const node = scene.cluster.name;
    await scene.until('guarded', 'ready', (s) => s.containerStatuses?.[0]?.ready);
    await eventually(
      'the budget',
      async () =>
        (await scene.cluster.kubectl('get', 'pdb', 'guard', '-o', 'jsonpath={.status.currentHealthy}')) ===
        '1',
    );
    const eviction = {
      apiVersion: 'policy/v1',
      kind: 'Eviction',
      metadata: { name: 'guarded', namespace: 'default' },
    };
    const path = '/api/v1/namespaces/default/pods/guarded/eviction';
    await assert.rejects(
      scene.cluster.kubectlWith(JSON.stringify(eviction), 'create', '--raw', path, '-f', '-'),
      /Cannot evict pod as it would violate the pod's disruption budget/,
    );
    await scene.cluster.kubectl('patch', 'pdb', 'guard', '--type=merge', '-p', '{"spec":{"minAvailable":0}}');
    await eventually(
      'an allowance',
      async () =>
        (await scene.cluster.kubectl(
          'get',
          'pdb',
          'guard',
          '-o',
          'jsonpath={.status.disruptionsAllowed}',
        )) === '1',
    );
    await scene.cluster.kubectl('taint', 'node', node, 'storm=yes:NoExecute');
    await eventually('the taint drives the pod away', async () => {
      const { stderr } = await scene.cluster.tryKubectl('get', 'pod', 'comes-back');
      return stderr.includes('NotFound');
    });
    await scene.cluster.kubectl(
      'drain',
      node,
      '--force',
      '--ignore-daemonsets',
      '--delete-emptydir-data',
      '--timeout=60s',
    );
    const left = await scene.cluster.kubectl('get', 'pods', '-o', 'name');
    assert.equal(left, '');
    const description = await scene.cluster.kubectl('get', 'node', node);
    assert.match(description, /Ready,SchedulingDisabled/);
  });
});
