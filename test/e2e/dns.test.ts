// Names as pods find them, over the cluster's real server, in both IP families: Services, endpoints, addresses, stub domains, searches;
// and what happens to them while the control plane or the node agent is away.
import assert from 'node:assert/strict';
import dgram from 'node:dgram';
import { once } from 'node:events';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import dnsPacket from 'dns-packet';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { startTestCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { speakerImage } from '../support/speaker-image.ts';

let cluster: TestCluster;

const apply = (object: object) => cluster.kubectlWith(JSON.stringify(object), 'apply', '-f', '-');
const field = (path: string, ...words: string[]) =>
  cluster.kubectl('get', ...words, '-o', `jsonpath={${path}}`);

/** What `call` of node:dns/promises gives in pod `client`, or the code of its error. */
async function inPod(call: string): Promise<unknown> {
  const program = `const dns = require('node:dns/promises');
    dns.${call}.then((found) => console.log(JSON.stringify(found)), (error) => console.log(JSON.stringify(error.code)));`;
  return JSON.parse(await cluster.kubectl('exec', 'client', '--', 'node', '-e', program));
}

const service = (name: string, spec: object) =>
  apply({ apiVersion: 'v1', kind: 'Service', metadata: { name }, spec });

const slice = (service: string, addressType: string, endpoints: object[]) =>
  apply({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${service}-${addressType.toLowerCase()}`,
      labels: { 'kubernetes.io/service-name': service },
    },
    addressType,
    ports: [{ name: 'db', port: 5432, protocol: 'TCP' }],
    endpoints,
  });

const pod = (name: string, command?: string[]) =>
  apply({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, labels: { app: name } },
    spec: {
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'main', image: 'speaker:1', ...(command && { command }) }],
    },
  });

/** A DNS server for one name, `db.corp.test`. */
const STUB = `require('node:dgram').createSocket('udp4', function (query, { port, address }) {
  const known = query.includes(Buffer.from('\\x02db\\x04corp\\x04test\\x00\\x00\\x01'));
  const end = query.indexOf(0, 12) + 5;
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 7]);
  const header = Buffer.from([query[0], query[1], 0x81, known ? 0x80 : 0x83, 0, 1, 0, known ? 1 : 0, 0, 0, 0, 0]);
  this.send(Buffer.concat([header, query.subarray(12, end), known ? record : Buffer.alloc(0)]), port, address);
}).bind(5353)`;

/** The server, as this machine reaches it. */
let serverAddress = '';

/** The response code and the addresses, or undefined if nothing came within a second. */
async function fromHere(name: string): Promise<{ rcode: number; addresses: unknown[] } | undefined> {
  const socket = dgram.createSocket('udp4');
  socket.on('error', () => {});
  try {
    const questions = [{ type: 'A' as const, name }];
    socket.send(dnsPacket.encode({ type: 'query', id: 1, flags: 256, questions }), 53, serverAddress);
    const signal = AbortSignal.timeout(1_000);
    const [message] = (await once(socket, 'message', { signal })) as [Buffer];
    const { flags = 0, answers = [] } = dnsPacket.decode(message);
    return { rcode: flags & 15, addresses: answers.map((answer) => 'data' in answer && answer.data) };
  } catch {
    return undefined;
  } finally {
    socket.close();
  }
}

describe('names of the cluster', () => {
  before(async () => {
    const flags = ['--ip-families', 'IPv4,IPv6'];
    cluster = await startTestCluster({ name: 'tph-e2e-dns', flags });
    const archive = join(cluster.directory, 'speaker.tar');
    await writeFile(archive, await writeArchive(speakerImage()));
    await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
    await rm(archive);
    await pod('client', ['sleep', '10000']);
    await pod('stub', ['node', '-e', STUB]);
    await service('both', { ipFamilyPolicy: 'RequireDualStack', ports: [{ name: 'http', port: 80 }] });
    await service('db', {
      clusterIP: 'None',
      ipFamilyPolicy: 'RequireDualStack',
      ports: [{ name: 'db', port: 5432 }],
    });
    await slice('db', 'IPv4', [{ addresses: ['10.1.2.3'], hostname: 'db-0' }, { addresses: ['10.1.2.4'] }]);
    await slice('db', 'IPv6', [{ addresses: ['fd00:1::3'], hostname: 'db-0' }]);
    const addresses = Array.from({ length: 300 }, (_, i) => `10.2.${i >> 8}.${i & 255}`);
    await service('many', { clusterIP: 'None', ports: [{ name: 'db', port: 5432 }] });
    await slice(
      'many',
      'IPv4',
      addresses.map((address) => ({ addresses: [address] })),
    );
    await cluster.kubectl('wait', '--for=condition=Ready', '--timeout=60s', 'pod/client', 'pod/stub');
    serverAddress = await field(
      '.endpoints[0].addresses[0]',
      'endpointslice',
      '-n',
      'kube-system',
      'kube-dns',
    );
  });
  after(() => cluster?.down());

  test('a Service has its cluster IPs of both families, under every form of its name, and for each a name', async () => {
    const ips = (await field('.spec.clusterIPs', 'service', 'both')).match(/[0-9a-f.:]+/g)!;
    const [four, six] = ips as [string, string];
    await eventually('the Service', async () =>
      Array.isArray(await inPod("resolve4('both.default.svc.cluster.local')")),
    );
    assert.deepEqual(await inPod("resolve4('Both.default.svc.cluster.local')"), [four]);
    assert.deepEqual(await inPod("resolve6('both.default.svc.cluster.local')"), [six]);
    const looked = (await inPod("lookup('both', { all: true })")) as { address: string }[];
    assert.deepEqual(looked.map(({ address }) => address).sort(), [four, six].sort());
    for (const ip of [four, six])
      assert.deepEqual(await inPod(`reverse('${ip}')`), ['both.default.svc.cluster.local']);
    const [record] = (await inPod("resolveSrv('_http._tcp.both.default.svc.cluster.local')")) as [object];
    const wanted = { name: 'both.default.svc.cluster.local', port: 80, priority: 0, weight: 100 };
    assert.deepEqual({ ...record, ...wanted }, record);
  });

  test('endpoints have names, addresses of both families and reverse records', async () => {
    assert.deepEqual(((await inPod("resolve4('db.default.svc.cluster.local')")) as string[]).sort(), [
      '10.1.2.3',
      '10.1.2.4',
    ]);
    assert.deepEqual(await inPod("resolve6('db-0.db.default.svc.cluster.local')"), ['fd00:1::3']);
    assert.deepEqual(await inPod("reverse('fd00:1::3')"), ['db-0.db.default.svc.cluster.local']);
    assert.deepEqual(await inPod("reverse('10.1.2.4')"), ['10-1-2-4.db.default.svc.cluster.local']);
    assert.deepEqual(await inPod("resolve6('fd00-1--3.default.pod.cluster.local')"), ['fd00:1::3']);
    const records = (await inPod("resolveSrv('_db._tcp.db.default.svc.cluster.local')")) as {
      name: string;
    }[];
    assert.deepEqual(records.map(({ name }) => name.split('.')[0]).sort(), ['10-1-2-4', 'db-0']);
  });

  test('three hundred addresses come over TCP', async () => {
    const found = (await inPod("resolve4('many.default.svc.cluster.local')")) as string[];
    assert.equal(new Set(found).size, 300);
  });

  test('what does not exist is denied, what has no records of a type has none, and the outside is refused', async () => {
    assert.equal(await inPod("resolve4('nope.default.svc.cluster.local')"), 'ENOTFOUND');
    assert.equal(await inPod("resolve6('many.default.svc.cluster.local')"), 'ENODATA');
    assert.equal(await inPod("resolve4('example.com')"), 'EREFUSED');
  });

  test('a change is seen at once', async () => {
    await slice('db', 'IPv4', [{ addresses: ['10.1.2.9'], hostname: 'db-0' }]);
    await eventually('the new address', async () => {
      const found = (await inPod("resolve4('db.default.svc.cluster.local')")) as string[];
      return found.join() === '10.1.2.9';
    });
  });

  test('the ConfigMap kube-dns leads a stub domain to a Service of the cluster, and switches searches on', async () => {
    await service('stub', {
      selector: { app: 'stub' },
      ports: [{ name: 'dns', port: 53, targetPort: 5353, protocol: 'UDP' }],
    });
    const stub = await field('.spec.clusterIP', 'service', 'stub');
    const settings = (data: object) =>
      apply({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'kube-dns', namespace: 'kube-system' },
        data,
      });
    await settings({ stubDomains: JSON.stringify({ 'corp.test': [stub] }) });
    await eventually('an answer of the stub domain', async () =>
      ((await inPod("resolve4('db.corp.test')")) as string[]).includes('192.0.2.7'),
    );
    assert.equal(await inPod("resolve4('other.corp.test')"), 'ENOTFOUND');
    const searched = "resolve4('db.corp.test.default.svc.cluster.local')";
    assert.equal(await inPod(searched), 'ENOTFOUND');
    await settings({ stubDomains: JSON.stringify({ 'corp.test': [stub] }), autopath: 'true' });
    await eventually('the search’s answer', async () =>
      ((await inPod(searched)) as string[]).includes('192.0.2.7'),
    );
    await cluster.kubectl('delete', 'configmap', '-n', 'kube-system', 'kube-dns');
    await eventually(
      'the end of the stub domain',
      async () => (await inPod("resolve4('db.corp.test')")) === 'EREFUSED',
    );
  });

  test('metrics are where CoreDNS has them', async () => {
    const page = await (await fetch(`http://${serverAddress}:9153/metrics`)).text();
    assert.match(
      page,
      /coredns_dns_requests_total{server="dns:\/\/:53",zone=".",view="",proto="udp",family="1",type="A"} \d+/,
    );
    assert.match(page, /coredns_dns_responses_total{.*rcode="NXDOMAIN",plugin="kubernetes"} \d+/);
    assert.match(page, /proto="tcp"/);
  });

  test('every query is answered while the control plane is away', async () => {
    process.kill(cluster.processes().controlPlane, 'SIGKILL');
    let asked = 0;
    const api = async () => (await cluster.tryKubectl('get', '--raw', '/readyz')).code === 0;
    let back = false;
    const waiting = eventually('the API', api, 60_000).then(() => {
      back = true;
    });
    while (!back) {
      const answer = await fromHere('db.default.svc.cluster.local');
      assert.deepEqual(answer, { rcode: 0, addresses: ['10.1.2.9'] });
      assert.equal((await fromHere(`h${asked++}.default.svc.cluster.local`))?.rcode, 3);
      await systemClock.sleep(5);
    }
    await waiting;
    assert.ok(asked > 10);
  });

  test('nothing that exists is denied while the node agent starts again', async () => {
    const { nodeAgent } = cluster.processes();
    process.kill(nodeAgent, 'SIGKILL');
    const answers: unknown[] = [];
    await eventually(
      'an answer',
      async () => {
        const answer = await fromHere('db.default.svc.cluster.local');
        answers.push(answer?.rcode);
        return answer?.rcode === 0 && cluster.processes().nodeAgent !== nodeAgent;
      },
      60_000,
    );
    assert.ok(!answers.includes(3), String(answers));
    assert.deepEqual(await fromHere('db.default.svc.cluster.local'), { rcode: 0, addresses: ['10.1.2.9'] });
  });
});
