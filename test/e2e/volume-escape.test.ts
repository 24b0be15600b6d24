// What a pod may try in order to reach the machine's files through its own volumes: swapping names while the kubelet
// resolves a subPath, links where the kubelet reads a file, links in what it removes. Everything is bounded in time.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { systemClock } from '../../src/kit/clock.ts';
import { eventually } from '../support/eventually.ts';
import { firstOf, main, PodScene, type PodStatus, pod, sh } from '../support/pod-scene.ts';

let scene: PodScene;
const volumes = [{ name: 'v', emptyDir: {} }];
const whole = { volumeMounts: [{ name: 'v', mountPath: '/v' }] };
/** Each tries at once, and again after ten seconds if it was refused. */
const RACERS = 36;
/** How long the first tries of all of them may take. */
const RACE_MS = 9_000;

/** `sub` is a directory and a link to the machine's root in turns; each container says which one it was given. */
const race = () =>
  pod('race', {
    volumes,
    initContainers: [
      {
        name: 'swap',
        image: 'busybox:1',
        restartPolicy: 'Always',
        command: sh('cd /v; while :; do ln -s / sub; rm sub; mkdir sub; rmdir sub; done'),
        ...whole,
      },
    ],
    containers: Array.from({ length: RACERS }, (_, i) => ({
      name: `racer-${i}`,
      image: 'busybox:1',
      command: sh('if [ -d /sub/proc/1 ] || [ -d /sub/etc ]; then echo escaped; else echo inside; fi'),
      volumeMounts: [{ name: 'v', mountPath: '/sub', subPath: 'sub' }],
    })),
  });

const ended = ({ containerStatuses = [] }: PodStatus) =>
  containerStatuses.filter(({ state }) => state.terminated).map(({ name }) => name);

/** The container's termination message path is a file of its volume, which another container exchanges for a link. */
const message = () =>
  pod('message', {
    volumes,
    initContainers: [
      {
        name: 'swap',
        image: 'busybox:1',
        restartPolicy: 'Always',
        command: sh(
          'cd /v; touch message; until [ -e started ]; do sleep 0.1; done; rm message; ln -s /etc/passwd message; touch swapped; sleep 1000',
        ),
        startupProbe: { exec: { command: sh('[ -e /v/message ]') }, periodSeconds: 1 },
        ...whole,
      },
    ],
    containers: main('touch /v/started; until [ -e /v/swapped ]; do sleep 0.1; done; exit 1', {
      terminationMessagePath: '/message',
      volumeMounts: [...whole.volumeMounts, { name: 'v', mountPath: '/message', subPath: 'message' }],
    }),
  });

const restarted = () =>
  pod('restarted', {
    restartPolicy: 'Always',
    volumes: [...volumes, { name: 'm', emptyDir: { medium: 'Memory' } }],
    containers: main(
      'for d in /v /m; do echo x >> $d/count; done; wc -l < /v/count; wc -l < /m/count; cat /file; [ $(wc -l < /v/count) -ge 2 ] && sleep 1000',
      {
        volumeMounts: [
          { name: 'v', mountPath: '/v', subPath: 'a/b' },
          { name: 'm', mountPath: '/m', subPathExpr: '$(NAME)/c' },
          { name: 'v', mountPath: '/file', subPath: 'a/b/count' },
        ],
        env: [{ name: 'NAME', value: 'n' }],
      },
    ),
    initContainers: [
      { name: 'make', image: 'busybox:1', command: sh('mkdir -p /v/a/b; touch /v/a/b/count'), ...whole },
    ],
  });

/**
 * Where something is mounted for subPaths of a pod, as the node's containerd sees it. The node's own directory is also its
 * /var/lib/kubelet, where each of them shows a second time.
 */
async function subPathMounts(uid: string): Promise<string[]> {
  const { directory, name } = scene.cluster;
  const pid = await readFile(join(directory, `data/nodes/${name}/containerd/containerd.pid`), 'utf8');
  const table = await readFile(`/proc/${pid.trim()}/mounts`, 'utf8');
  return table
    .split('\n')
    .flatMap((line) => line.split(' ')[1] ?? [])
    .filter(
      (path) => path.includes(`/pods/${uid}/volume-subpaths/`) && !path.startsWith('/var/lib/kubelet/'),
    );
}

describe('a pod that tries to leave its volumes', { concurrency: true }, () => {
  before(async () => {
    scene = await PodScene.start('tph-e2e-escape');
    await eventually('the service account', () => scene.cluster.kubectl('get', 'serviceaccount', 'default'));
    await scene.create(race(), message(), restarted());
  });
  after(() => scene?.down());

  test('never gets the machine as its subPath, however it swaps names meanwhile', async () => {
    const until = systemClock.monotonic() + RACE_MS;
    const said = new Map<string, string>();
    await eventually(
      'containers have started',
      async () => {
        for (const name of ended(await scene.status('race')))
          if (!said.has(name)) said.set(name, (await scene.logs('race', '-c', name)).trim());
        return said.size === RACERS || (said.size > 0 && systemClock.monotonic() > until);
      },
      60_000,
    );
    const escaped = [...said].filter(([, word]) => word === 'escaped');
    assert.deepEqual(escaped, []);
    await scene.cluster.kubectl('delete', 'pod', 'race', '--force');
  });

  test('has no file of the machine read as its termination message', async () => {
    const status = await scene.phase('message', 'Failed');
    assert.equal(firstOf(status).state.terminated?.message, undefined);
  });

  test('finds its subPaths again after a restart of the container, and leaves no mount behind', async () => {
    await scene.until(
      'restarted',
      'second start',
      (status) => firstOf(status).restartCount === 1 && firstOf(status).ready,
    );
    assert.equal((await scene.logs('restarted')).trim(), '2\n2\nx\nx');
    const uid = await scene.cluster.kubectl('get', 'pod', 'restarted', '-o', 'jsonpath={.metadata.uid}');
    assert.equal((await subPathMounts(uid)).length, 3);
    await scene.cluster.kubectl('delete', 'pod', 'restarted', '--now');
    await eventually('nothing is mounted', async () => (await subPathMounts(uid)).length === 0);
  });
});
