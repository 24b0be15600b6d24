// What a pod may ask of its node, with real containers: volumes, identity, limits, probes, hooks, endings.
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';

let cluster: TestCluster;
let directory: string;

interface Status {
  phase?: string;
  reason?: string;
  podIP?: string;
  hostIP?: string;
  conditions?: { type: string; status: string; message?: string }[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
}

interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state: { waiting?: { reason: string }; running?: object; terminated?: Ended };
  lastState: { terminated?: Ended };
  resources?: { limits?: Record<string, string> };
}

interface Ended {
  exitCode: number;
  reason: string;
  message?: string;
}

const sh = (script: string) => ['sh', '-c', script];
const main = (script: string, extra: object = {}) => [
  { name: 'main', image: 'busybox:1', command: sh(script), ...extra },
];

async function create(name: string, spec: object, labels: Record<string, string> = {}): Promise<void> {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels },
    spec: { terminationGracePeriodSeconds: 1, ...spec },
  };
  await cluster.kubectlWith(JSON.stringify(pod), 'create', '-f', '-');
}

const statusOf = async (name: string): Promise<Status> =>
  JSON.parse(await cluster.kubectl('get', 'pod', name, '-o', 'json')).status;
const until = (name: string, what: string, check: (status: Status) => unknown) =>
  eventually(`${name}: ${what}`, async () => {
    const status = await statusOf(name);
    return check(status) ? status : undefined;
  });
const phase = (name: string, wanted: string) => until(name, wanted, (status) => status.phase === wanted);
const firstOf = (status: Status) => status.containerStatuses![0]!;
const logs = (name: string, ...words: string[]) => cluster.kubectl('logs', name, ...words);
const reasons = async (name: string): Promise<string[]> => {
  const selector = `involvedObject.name=${name}`;
  const { items } = JSON.parse(
    await cluster.kubectl('get', 'events', '--field-selector', selector, '-o', 'json'),
  );
  return items.map((event: { reason: string; message: string }) => `${event.reason}: ${event.message}`);
};

describe('pods on a node', () => {
  before(async () => {
    cluster = await startTestCluster({ name: 'tph-e2e-pods' });
    directory = await mkdtemp(join(tmpdir(), 'tph-pods-'));
    const archive = join(directory, 'busybox.tar');
    await writeFile(archive, await writeArchive(busyboxImage()));
    await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
    await cluster.kubectl('create', 'configmap', 'settings', '--from-literal=a=one', '--from-literal=b=two');
    await cluster.kubectl('create', 'secret', 'generic', 'hidden', '--from-literal=key=value');
  });
  after(async () => {
    await cluster?.down();
    await rm(directory, { recursive: true, force: true });
  });

  describe('side by side', { concurrency: 4 }, () => {
    test('ConfigMaps and Secrets are files with the modes asked for, and follow changes', async () => {
      await create('files', {
        volumes: [
          { name: 'c', configMap: { name: 'settings', items: [{ key: 'a', path: 'deep/a', mode: 0o400 }] } },
          { name: 'all', configMap: { name: 'settings' } },
          { name: 's', secret: { secretName: 'hidden', defaultMode: 0o440 } },
        ],
        containers: main(
          'stat -Lc %a /c/deep/a /s/key; cat /s/key /one; echo; while [ $(cat /all/a) = one ]; do sleep 0.1; done; echo now $(cat /all/a); cat /one; echo; sleep 1000',
          {
            volumeMounts: [
              { name: 'c', mountPath: '/c' },
              { name: 'all', mountPath: '/all' },
              { name: 'all', mountPath: '/one', subPath: 'a' },
              { name: 's', mountPath: '/s' },
            ],
          },
        ),
      });
      await eventually('the first lines', async () => (await logs('files')).includes('valueone'));
      await cluster.kubectl('patch', 'configmap', 'settings', '-p', '{"data":{"a":"new"}}');
      const text = await eventually('the change', async () => {
        const found = await logs('files');
        return found.includes('now new\none') ? found : undefined;
      });
      assert.equal(text, '400\n440\nvalueone\nnow new\none\n');
    });

    test('emptyDir, memory, fsGroup, users, capabilities and a read-only root are as the pod asks', async () => {
      await create('identity', {
        securityContext: { fsGroup: 2000, runAsUser: 1000, runAsGroup: 3000 },
        volumes: [
          { name: 'disk', emptyDir: {} },
          { name: 'mem', emptyDir: { medium: 'Memory', sizeLimit: '1Mi' } },
        ],
        containers: main(
          'id; touch /disk/x /sub/y; stat -c %g /disk/x; grep -c "tmpfs /mem tmpfs" /proc/mounts; touch /no 2>&1; grep -E "CapEff|NoNewPrivs" /proc/self/status',
          {
            securityContext: {
              readOnlyRootFilesystem: true,
              allowPrivilegeEscalation: false,
              capabilities: { drop: ['ALL'] },
            },
            volumeMounts: [
              { name: 'disk', mountPath: '/disk' },
              { name: 'disk', mountPath: '/sub', subPath: 'a/b' },
              { name: 'mem', mountPath: '/mem' },
            ],
          },
        ),
        restartPolicy: 'Never',
      });
      await phase('identity', 'Succeeded');
      assert.deepEqual((await logs('identity')).trim().split('\n'), [
        'uid=1000 gid=3000 groups=2000,3000',
        '2000',
        '1',
        'touch: /no: Read-only file system',
        'CapEff:\t0000000000000000',
        'NoNewPrivs:\t1',
      ]);
    });

    test('the downward API, names and addresses reach the container', async () => {
      const field = (name: string, fieldPath: string) => ({ name, valueFrom: { fieldRef: { fieldPath } } });
      await create(
        'names',
        {
          hostname: 'host',
          subdomain: 'sub',
          hostAliases: [{ ip: '192.0.2.7', hostnames: ['alias.example'] }],
          restartPolicy: 'Never',
          volumes: [
            {
              name: 'd',
              downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] },
            },
          ],
          containers: main(
            'echo $NAME $(hostname) $LIMIT $IP; cat /d/l; echo; tail -n 6 /etc/hosts; cat /etc/resolv.conf',
            {
              env: [
                field('NAME', 'metadata.name'),
                field('IP', 'status.podIP'),
                {
                  name: 'LIMIT',
                  valueFrom: { resourceFieldRef: { resource: 'limits.memory', divisor: '1Mi' } },
                },
              ],
              resources: { limits: { memory: '64Mi', cpu: '100m' } },
              volumeMounts: [{ name: 'd', mountPath: '/d' }],
            },
          ),
        },
        { tier: 'test' },
      );
      const { podIP } = await phase('names', 'Succeeded');
      const text = await logs('names');
      assert.match(text, new RegExp(`^names host 64 ${podIP}\ntier="test"\n`));
      assert.match(text, new RegExp(`^${podIP}\thost\\.sub\\.default\\.svc\\.cluster\\.local\thost$`, 'm'));
      assert.match(text, /^192\.0\.2\.7\talias\.example$/m);
      assert.match(text, /^search default\.svc\.cluster\.local svc\.cluster\.local cluster\.local/m);
      assert.match(text, /^options ndots:5$/m);
    });

    test('a token for another audience is mounted, and the usual one opens the API', async () => {
      await create('token', {
        restartPolicy: 'Never',
        volumes: [
          {
            name: 't',
            projected: {
              sources: [{ serviceAccountToken: { path: 'token', audience: 'me', expirationSeconds: 600 } }],
            },
          },
        ],
        containers: main(
          'wc -c < /t/token; ls /var/run/secrets/kubernetes.io/serviceaccount; cat /var/run/secrets/kubernetes.io/serviceaccount/namespace',
          { volumeMounts: [{ name: 't', mountPath: '/t' }] },
        ),
      });
      await phase('token', 'Succeeded');
      const [size, ...rest] = (await logs('token')).split('\n');
      assert.ok(Number(size) > 100);
      assert.deepEqual(rest, ['ca.crt', 'namespace', 'token', 'default']);
    });

    test('a container over its memory limit is OOMKilled', async () => {
      await create('oom', {
        restartPolicy: 'Never',
        containers: main('tail /dev/zero', { resources: { limits: { memory: '24Mi' } } }),
      });
      const { terminated } = firstOf(await phase('oom', 'Failed')).state;
      assert.deepEqual([terminated?.exitCode, terminated?.reason], [137, 'OOMKilled']);
    });

    test('the termination message comes from its file, or from the end of the log', async () => {
      await create('message', {
        restartPolicy: 'Never',
        containers: main('echo -n why > /dev/termination-log; exit 3'),
      });
      await create('fallback', {
        restartPolicy: 'Never',
        containers: main('echo last words; exit 4', { terminationMessagePolicy: 'FallbackToLogsOnError' }),
      });
      const ended = async (name: string) => {
        const { exitCode, reason, message } = firstOf(await phase(name, 'Failed')).state.terminated!;
        return [exitCode, reason, message];
      };
      assert.deepEqual(await ended('message'), [3, 'Error', 'why']);
      assert.deepEqual(await ended('fallback'), [4, 'Error', 'last words\n']);
    });

    test('a liveness probe restarts its container; a crashing one backs off', async () => {
      await create('live', {
        containers: main('sleep 1000', {
          livenessProbe: { exec: { command: ['false'] }, periodSeconds: 1, failureThreshold: 1 },
        }),
      });
      await until('live', 'restarted', (status) => firstOf(status).restartCount > 0);
      assert.ok(
        (await reasons('live')).includes('Killing: Container main failed liveness probe, will be restarted'),
      );
      await create('crash', { containers: main('echo out; exit 1') });
      const status = await until(
        'crash',
        'held back',
        (s) => firstOf(s).state.waiting?.reason === 'CrashLoopBackOff',
      );
      assert.equal(firstOf(status).lastState.terminated?.exitCode, 1);
      assert.equal(await logs('crash', '--previous'), 'out\n');
    });

    test('readiness follows the probe, and a startup probe comes before it', async () => {
      await create('ready', {
        containers: main(
          'mkdir /w; sleep 1; touch /started; httpd -p 8080 -h /w; while ! [ -e /open ]; do sleep 0.1; done; touch /w/ok; sleep 1000',
          {
            ports: [{ name: 'web', containerPort: 8080 }],
            startupProbe: { exec: { command: ['cat', '/started'] }, periodSeconds: 1, failureThreshold: 30 },
            readinessProbe: { httpGet: { path: '/ok', port: 'web' }, periodSeconds: 1 },
          },
        ),
      });
      await until('ready', 'running', (status) => status.phase === 'Running');
      await eventually('404', async () =>
        (await reasons('ready')).includes(
          'Unhealthy: Readiness probe failed: HTTP probe failed with statuscode: 404',
        ),
      );
      assert.equal(firstOf(await statusOf('ready')).ready, false);
      await cluster.kubectl('exec', 'ready', '--', 'touch', '/open');
      await until('ready', 'ready', (status) => firstOf(status).ready);
    });

    test('sidecars start before and end after the main container', async () => {
      await create('sidecar', {
        restartPolicy: 'Never',
        initContainers: [
          {
            name: 'side',
            image: 'busybox:1',
            restartPolicy: 'Always',
            command: sh(
              "trap 'echo end $(cat /v/main); exit 0' TERM; echo start; while true; do sleep 0.1; done",
            ),
            volumeMounts: [{ name: 'v', mountPath: '/v' }],
          },
          { name: 'init', image: 'busybox:1', command: sh('true') },
        ],
        volumes: [{ name: 'v', emptyDir: {} }],
        containers: main('sleep 1; echo done > /v/main', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      });
      await phase('sidecar', 'Succeeded');
      assert.match(await logs('sidecar', '-c', 'side'), /^start\nend done\n$/);
    });

    test('hooks run after the start and before the end, and the grace period is used', async () => {
      const say = (word: string) => ({ exec: { command: sh(`echo ${word} > /proc/1/fd/1`) } });
      await create('hooks', {
        terminationGracePeriodSeconds: 20,
        volumes: [{ name: 'h', hostPath: { path: directory } }],
        containers: main('trap "echo term | tee /h/end; exit 0" TERM; while true; do sleep 0.1; done', {
          lifecycle: { postStart: say('post'), preStop: { exec: { command: sh('echo pre > /h/pre') } } },
          volumeMounts: [{ name: 'h', mountPath: '/h' }],
        }),
      });
      await until('hooks', 'ready', (status) => status.containerStatuses?.[0]?.ready);
      assert.equal(await logs('hooks'), 'post\n');
      await cluster.kubectl('delete', 'pod', 'hooks');
      assert.equal(await readFile(join(directory, 'pre'), 'utf8'), 'pre\n');
      assert.equal(await readFile(join(directory, 'end'), 'utf8'), 'term\n');
    });

    test('a pod is resized in place', async () => {
      await create('resize', {
        containers: main('sleep 1000', {
          resources: { requests: { cpu: '100m', memory: '32Mi' }, limits: { cpu: '200m', memory: '64Mi' } },
        }),
      });
      await phase('resize', 'Running');
      const resources = { limits: { cpu: '400m', memory: '128Mi' } };
      const patch = JSON.stringify({ spec: { containers: [{ name: 'main', resources }] } });
      await cluster.kubectl('patch', 'pod', 'resize', '--subresource', 'resize', '-p', patch);
      const status = await until(
        'resize',
        'resized',
        (s) => firstOf(s).resources?.limits?.memory === '128Mi',
      );
      assert.equal(firstOf(status).restartCount, 0);
    });

    test('an ephemeral container joins the processes of its target', async () => {
      await create('target', { containers: main('sleep 4321') });
      await phase('target', 'Running');
      await cluster.kubectl(
        ...[
          'debug',
          'target',
          '--image=busybox:1',
          '--image-pull-policy=IfNotPresent',
          '--target=main',
          '-c',
          'debugger',
        ],
        ...['--', 'sh', '-c', 'ps; sleep 1000'],
      );
      await eventually('its processes', async () =>
        (await logs('target', '-c', 'debugger')).includes('sleep 4321'),
      );
    });

    test('a pod on the host’s network and processes has the node’s address and hostname', async () => {
      await create('host', {
        hostNetwork: true,
        hostPID: true,
        restartPolicy: 'Never',
        containers: main('echo $(hostname) $(ps | wc -l)'),
      });
      const status = await phase('host', 'Succeeded');
      assert.equal(status.podIP, status.hostIP);
      assert.match(await logs('host'), new RegExp(`^${cluster.nodes[0]} \\d\\d`));
    });

    test('images, volumes and settings that are missing, and root where it is forbidden, are reported', async () => {
      await create('no-image', { containers: [{ name: 'main', image: 'nowhere.invalid/none:1' }] });
      await create('bad-name', { containers: [{ name: 'main', image: 'NOT A NAME' }] });
      await create('no-volume', {
        volumes: [{ name: 'v', configMap: { name: 'none' } }],
        containers: main('true', { volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
      });
      await create('root', { securityContext: { runAsNonRoot: true }, containers: main('true') });
      const waits = (name: string, reason: string) =>
        until(name, reason, (status) => status.containerStatuses?.[0]?.state.waiting?.reason === reason);
      await waits('no-image', 'ErrImagePull');
      await waits('no-image', 'ImagePullBackOff');
      await waits('bad-name', 'InvalidImageName');
      await waits('root', 'CreateContainerConfigError');
      const text = 'FailedMount: MountVolume.SetUp failed for volume "v" : configmap "none" not found';
      await eventually('FailedMount', async () => (await reasons('no-volume')).includes(text));
    });
  });

  test('deleted pods leave nothing behind on the node', async () => {
    await cluster.kubectl('delete', 'pods', '--all', '--timeout=60s');
    const { pods } = JSON.parse(
      await cluster.kubectl('get', '--raw', `/api/v1/nodes/${cluster.nodes[0]}/proxy/stats/summary`),
    );
    assert.deepEqual(pods, []);
  });
});
