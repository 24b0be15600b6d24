// Every way to a Service on two nodes: which clients reach it where, whom it picks, and whose address the server sees.
import assert from 'node:assert/strict';
import { readFile, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { exec } from '../../src/kit/exec.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { speakerImage } from '../support/speaker-image.ts';

let cluster: TestCluster;
const NAME = 'tph-e2e-services';

interface Answer {
  readonly from: string;
  readonly client: string;
  readonly port: string;
}

const parse = (text: string): Answer => {
  const [from = '', client = '', port = ''] = text.trim().split(' ');
  return { from, client, port };
};

/** What servers say to pod `client` when it asks eight times, or the names of the errors. */
const ask = async (client: string, host: string, port: number | string, protocol = 'tcp') => {
  const words = ['exec', client, '--', 'node', '/ask.js', host, String(port), protocol];
  return (await cluster.kubectl(...words)).trim().split('\n').map(parse);
};

/** What servers say to this machine when it asks eight times. */
const askFromHere = async (port: number, host = '127.0.0.1') => {
  const answers: Answer[] = [];
  while (answers.length < 8) answers.push(await askOnce(port, host));
  return answers;
};

const askOnce = (port: number, host: string) =>
  new Promise<Answer>((resolve, reject) => {
    const socket = net.connect({ port, host });
    socket.setTimeout(2_000, () => socket.destroy(new Error('time-out')));
    socket.on('error', reject);
    socket.on('data', (data) => {
      resolve(parse(String(data)));
      socket.destroy();
    });
    socket.on('close', () => reject(new Error('closed without an answer')));
  });

const servers = (answers: Answer[]) => [...new Set(answers.map(({ from }) => from))].sort();

/** Asks until exactly the servers `wanted` answer. */
const reaches = (wanted: string[], question: () => Promise<Answer[]>) =>
  eventually(`answers of ${wanted}`, async () => servers(await question()).join() === wanted.join());

const apply = (object: object) => cluster.kubectlWith(JSON.stringify(object), 'apply', '-f', '-');
const field = async (path: string, ...words: string[]) =>
  cluster.kubectl('get', ...words, '-o', `jsonpath={${path}}`);

const server = (name: string, nodeName: string, app: string, extra: object = {}, spec: object = {}) =>
  apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app } },
    spec: {
      nodeName,
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'main',
          image: 'speaker:1',
          ports: [
            { name: 'one', containerPort: 8080 },
            { name: 'two', containerPort: 8081 },
            { name: 'ask', containerPort: 5300, protocol: 'UDP' },
          ],
          ...extra,
        },
      ],
      ...spec,
    },
  });

/** Creates a Service and gives its cluster IP. */
async function service(name: string, app: string | undefined, spec: object): Promise<string> {
  const selector = app ? { app } : undefined;
  await apply({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec: { selector, ...spec } });
  return field('.spec.clusterIP', 'service', name);
}

const ready = (...pods: string[]) =>
  cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', ...pods.map((pod) => `pod/${pod}`));
const podIP = (name: string) => field('.status.podIP', 'pod', name);
const nodeIP = (name: string) => field('.status.addresses[0].address', 'node', name);
const [first, second] = [NAME, `${NAME}-2`];
const web = [{ port: 80, targetPort: 'one' }];

describe('Services on two nodes', () => {
  before(async () => {
    cluster = await startTestCluster({ name: NAME, nodes: 2 });
    const archive = join(cluster.directory, 'speaker.tar');
    await writeFile(archive, await writeArchive(speakerImage()));
    await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
    await rm(archive);
    await server('a', first, 'who');
    await server('b', second, 'who');
    await server('host', first, 'client', { command: ['sleep', '10000'] }, { hostNetwork: true });
    await server('client', first, 'client', { command: ['sleep', '10000'] });
    await server('lingers', second, 'lingers', { env: [{ name: 'LINGER', value: '60' }] });
    await ready('a', 'b', 'client', 'host', 'lingers');
  });
  after(() => cluster?.down());

  test('a node remembers connections for a day, and for an hour when one side has closed them', async () => {
    const files = ['established', 'close_wait'].map(
      (state) => `'/proc/sys/net/netfilter/nf_conntrack_tcp_timeout_${state}'`,
    );
    const script = `[${files}].map((file) => Number(fs.readFileSync(file)))`;
    const shown = await cluster.kubectl('exec', 'host', '--', 'node', '-p', script);
    assert.equal(shown.trim(), '[ 86400, 3600 ]');
  });

  test('several ports, TCP and UDP, named on the pod, by cluster IP; the server sees the client’s address', async () => {
    const ip = await service('who', 'who', {
      ports: [
        { name: 'one', port: 80, targetPort: 'one' },
        { name: 'two', port: 81, targetPort: 'two' },
        { name: 'ask', port: 53, targetPort: 'ask', protocol: 'UDP' },
      ],
    });
    await reaches(['a', 'b'], () => ask('client', ip, 80));
    const client = await podIP('client');
    const told = await ask('client', ip, 81);
    assert.ok(told.every((answer) => answer.client === client && answer.port === '8081'));
    await reaches(['a', 'b'], () => ask('client', ip, 53, 'udp'));
    assert.equal((await ask('client', 'who', 80))[0]!.client, client);
  });

  describe('side by side', { concurrency: 4 }, () => {
    test('a pod reaches a pod of the other node with its own address, and itself through its Service', async () => {
      assert.equal((await ask('client', await podIP('b'), 8080))[0]!.client, await podIP('client'));
      await reaches(['a', 'b'], () => ask('a', 'who', 80));
    });

    test('a pod on the host network reaches cluster IPs, by address and by name', async () => {
      await reaches(['a', 'b'], async () =>
        ask('host', await field('.spec.clusterIP', 'service', 'who'), 80),
      );
      const { stdout } = await cluster.tryKubectl(
        'exec',
        'client',
        '--',
        'nslookup',
        'who.default.svc.cluster.local',
      );
      assert.match(stdout, new RegExp(await field('.spec.clusterIP', 'service', 'who')));
    });

    test('the API server answers a pod by its name, with the mounted certificate and token', async () => {
      assert.match(
        await cluster.kubectl('exec', 'client', '--', 'node', '/api.js', '/version'),
        /"minor": ?"36"/,
      );
      const answer = await cluster.kubectl('exec', 'client', '--', 'node', '/api.js', '/api/v1/pods');
      assert.match(
        answer,
        /User \\"system:serviceaccount:default:default\\" cannot list resource \\"pods\\"/,
      );
    });

    test('pods reach every kubelet at its node’s address; it lets in only whom the API server allows', async () => {
      const bearer = `Bearer ${(await cluster.kubectl('create', 'token', 'default')).trim()}`;
      const kubelet = async (node: string) => ({
        host: await nodeIP(node),
        port: await field('.status.daemonEndpoints.kubeletEndpoint.Port', 'node', node),
        path: '/metrics',
        rejectUnauthorized: false,
      });
      const kubelets = [await kubelet(first), await kubelet(second)];
      /** What every kubelet answers to a pod, without a token and with one. */
      const codes = async (client: string) => {
        const all = kubelets.flatMap((one) => [one, { ...one, headers: { authorization: bearer } }]);
        const script = `const { get } = require('https');
          const ask = (options) => new Promise((done) => get(options, (answer) => done(answer.statusCode)));
          Promise.all(${JSON.stringify(all)}.map(ask)).then((codes) => process.exit(console.log(codes.join(' '))));`;
        return (await cluster.kubectl('exec', client, '--', 'node', '-e', script)).trim();
      };
      for (const client of ['client', 'host', 'b'])
        assert.equal(await codes(client), '401 403 401 403', client);
      await cluster.kubectl(
        'create',
        'clusterrole',
        'node-metrics',
        '--verb=get',
        '--resource=nodes/metrics',
      );
      const binding = ['--clusterrole=node-metrics', '--serviceaccount=default:default'];
      await cluster.kubectl('create', 'clusterrolebinding', 'node-metrics', ...binding);
      await eventually(
        'the metrics of both kubelets',
        async () => (await codes('client')) === '401 200 401 200',
      );
      for (const node of [first, second])
        for (const port of ['', ':10250'])
          assert.equal(
            await cluster.kubectl('get', '--raw', `/api/v1/nodes/${node}${port}/proxy/healthz`),
            'ok',
          );
    });

    test('NodePorts answer on every node; with externalTrafficPolicy Local only where a pod runs, which sees the client', async () => {
      await service('ports', 'lingers', { type: 'NodePort', ports: web });
      const port = await field('.spec.ports[0].nodePort', 'service', 'ports');
      await reaches(['lingers'], async () => ask('client', await nodeIP(first), port));
      await reaches(['lingers'], () => askFromHere(Number(port)));
      await reaches(['lingers'], async () => askFromHere(Number(port), await nodeIP(first)));
      await cluster.kubectl('patch', 'service', 'ports', '-p', '{"spec":{"externalTrafficPolicy":"Local"}}');
      const outside = await eventually('the client’s own address', async () => {
        const { client } = await askOnce(Number(port), await nodeIP(second));
        return client.endsWith('.254') ? client : undefined;
      });
      assert.match(outside, /^10\.77\.\d+\.254$/);
      await eventually('no answer where no pod runs', () =>
        nodeIP(first).then((ip) =>
          askOnce(Number(port), ip).then(
            () => false,
            (e) => /time-out/.test(String(e)),
          ),
        ),
      );
      await reaches(['lingers'], () => askFromHere(Number(port)));
      for (const client of ['client', 'host'])
        await reaches(['lingers'], async () => ask(client, await nodeIP(first), port));
    });

    test('internalTrafficPolicy Local keeps to the pods of the client’s node', async () => {
      const ip = await service('near', 'who', { internalTrafficPolicy: 'Local', ports: web });
      await reaches(['a'], () => ask('client', ip, 80));
      await reaches(['b'], () => ask('lingers', ip, 80));
    });

    test('a LoadBalancer gets this machine’s 127.0.0.1 and answers there', async () => {
      const probe = net.createServer();
      const free = await new Promise<number>((resolve) =>
        probe.listen(0, '127.0.0.1', () => resolve((probe.address() as net.AddressInfo).port)),
      );
      await new Promise((resolve) => probe.close(resolve));
      await service('balanced', 'who', { type: 'LoadBalancer', ports: [{ port: free, targetPort: 'one' }] });
      const ingress = await eventually('an address', () =>
        field('.status.loadBalancer.ingress', 'service', 'balanced'),
      );
      assert.deepEqual(JSON.parse(ingress), [{ ip: '127.0.0.1', ipMode: 'Proxy' }]);
      await reaches(['a', 'b'], () => askFromHere(free));
      const events = await cluster.kubectl('events', '--for', 'service/balanced');
      assert.match(events, /EnsuredLoadBalancer +Service\/balanced +Ensured load balancer/);
      await cluster.kubectl('delete', 'service', 'balanced');
      await eventually('refusal', () =>
        askOnce(free, '127.0.0.1').then(
          () => false,
          (error) => /ECONNREFUSED/.test(String(error)),
        ),
      );
    });

    test('a client stays with one pod until the affinity timeout', async () => {
      const sticky = {
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } },
      };
      const ip = await service('sticky', 'who', { ...sticky, ports: web });
      const containerd = await readFile(
        join(cluster.directory, `data/nodes/${first}/containerd/containerd.pid`),
        'utf8',
      );
      const inNode = ['nsenter', '-t', containerd.trim(), '-n', '/usr/sbin/nft'];
      const remembered = () => exec([...inNode, 'list', 'table', 'ip', 'tiphys-proxy']);
      await eventually('an answer', async () => /^[ab]$/.test(servers(await ask('client', ip, 80)).join()));
      const seen = new Set<string>();
      await eventually('both pods, one after another', async () => {
        await eventually('a forgotten client', async () => !(await remembered()).includes('expires'));
        const answered = servers(await ask('client', ip, 80));
        assert.equal(answered.length, 1);
        return seen.add(answered[0]!).size === 2;
      });
    });

    test('a Service without selector sends to the endpoints written by hand', async () => {
      const ip = await service('manual', undefined, { ports: [{ name: 'x', port: 80 }] });
      await apply({
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: { name: 'manual-1', labels: { 'kubernetes.io/service-name': 'manual' } },
        addressType: 'IPv4',
        ports: [{ name: 'x', port: 8081 }],
        endpoints: [{ addresses: [await podIP('b')] }],
      });
      await reaches(['b'], () => ask('client', ip, 80));
      assert.equal((await ask('client', ip, 80))[0]!.port, '8081');
      await cluster.kubectl('label', 'endpointslice', 'manual-1', 'service.kubernetes.io/headless=');
      await reaches(['ECONNREFUSED'], () => ask('client', ip, 80));
    });

    test('an ExternalName is an alias by DNS', async () => {
      await service('alias', undefined, {
        type: 'ExternalName',
        externalName: 'who.default.svc.cluster.local',
      });
      const { stdout } = await eventually('the alias', async () => {
        const answer = await cluster.tryKubectl(
          'exec',
          'client',
          '--',
          'nslookup',
          'alias.default.svc.cluster.local',
        );
        return answer.stdout.includes('canonical name') ? answer : undefined;
      });
      assert.match(stdout, /canonical name = who\.default\.svc\.cluster\.local/);
      await reaches(['a', 'b'], () => ask('client', 'alias', 80));
    });

    test('a Service without endpoints refuses at once; unready pods are served only when published', async () => {
      await server('unready', second, 'unready', {
        readinessProbe: { exec: { command: ['test', '-e', '/ok'] }, periodSeconds: 1 },
      });
      const ip = await service('strict', 'unready', { ports: web });
      const open = await service('loose', 'unready', { publishNotReadyAddresses: true, ports: web });
      await service('named', 'unready', { clusterIP: 'None', ports: web });
      await reaches(['unready'], () => ask('client', open, 80));
      for (const client of ['client', 'host'])
        assert.deepEqual(servers(await ask(client, ip, 80)), ['ECONNREFUSED']);
      assert.deepEqual(servers(await ask('client', ip, 4444)), ['ECONNREFUSED']);
      const lookup = () =>
        cluster.tryKubectl('exec', 'client', '--', 'nslookup', 'named.default.svc.cluster.local');
      const address = await podIP('unready');
      assert.equal((await lookup()).stdout.includes(address), false);
      await cluster.kubectl('exec', 'unready', '--', 'touch', '/ok');
      await reaches(['unready'], () => ask('client', ip, 80));
      await eventually('its DNS record', async () => (await lookup()).stdout.includes(address));
      await cluster.kubectl('exec', 'unready', '--', 'rm', '/ok');
      await reaches(['ECONNREFUSED'], () => ask('client', ip, 80));
    });
  });

  test('a Service whose only pod is terminating still reaches it', async () => {
    const ip = await service('last', 'lingers', { ports: web });
    await reaches(['lingers'], () => ask('client', ip, 80));
    await cluster.kubectl('delete', 'pod', 'lingers', '--grace-period=60', '--wait=false');
    const conditions = await eventually('a terminating endpoint', async () => {
      const found = await field(
        '.items[0].endpoints[0].conditions',
        'endpointslices',
        '-l',
        'kubernetes.io/service-name=last',
      );
      return found.includes('"terminating":true') ? JSON.parse(found) : undefined;
    });
    assert.deepEqual(conditions, { ready: false, serving: true, terminating: true });
    await reaches(['lingers'], () => ask('client', ip, 80));
    await cluster.kubectl('delete', 'pod', 'lingers', '--now');
    await reaches(['ECONNREFUSED'], () => ask('client', ip, 80));
  });
});
