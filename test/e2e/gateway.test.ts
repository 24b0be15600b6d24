// Gateway API on a real cluster: weights, matches, redirects, rewrites, TLS that ends here and TLS that passes, TCP, UDP, other namespaces,
// what users see of it, and other definitions applied over ours.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { writeFile } from 'node:fs/promises';
import https from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { gatewayDefinitions } from '../../src/api/gateways/definitions.ts';
import { readRecord } from '../../src/cluster/state/registry.ts';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { testAuthority } from '../support/door/certificates.ts';
import { ask as askDoor } from '../support/door/door.ts';
import { eventually } from '../support/eventually.ts';
import { outside, route, to, web } from '../support/gateway/objects.ts';
import { overTcp, overUdp } from '../support/gateway/streams.ts';

const NAME = 'tph-e2e-gateway';
const GROUP = 'gateway.networking.k8s.io/v1';
let cluster: TestCluster;
/** Of the Gateway. */
let address: string;
/** Of this machine in the nodes' network: servers of the test listen there. */
let machine: string;
const closes: (() => void)[] = [];

const authority = testAuthority('gateway');
const own = authority.issue('tls.test');
const passed = authority.issue('pass.test');

interface Question {
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly tls?: boolean;
}

/** With TLS the host is asked for by its name, too. */
const ask = async (host: string, { tls, ...question }: Question = {}) => {
  const answer = await askDoor({ address, host, ...question, ...(tls && { tls: host }) });
  return { ...answer, text: answer.text.trim() };
};

/** Resolves when the host answers so; errors on the way there are waited out. */
const says = (what: string, host: string, question: Question = {}) =>
  eventually(`${what} from ${host}`, async () => {
    const answer = await ask(host, question).catch(() => undefined);
    return answer?.text === what;
  });

const gets = (status: number, host: string, question: Question = {}) =>
  eventually(`${status} from ${host}`, async () => {
    const answer = await ask(host, question).catch(() => undefined);
    return answer?.status === status ? answer : undefined;
  });

const apply = (...objects: object[]) =>
  cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }), 'apply', '-f', '-');

const httpRoute = (host: string, rules: readonly object[], namespace?: string) =>
  route('HTTPRoute', host.replaceAll('.', '-'), { hostnames: [host], rules }, namespace);

const status = async (what: string, path: string) =>
  cluster.kubectl('get', ...what.split(' '), '-o', `jsonpath=${path}`);

const condition = (what: string, type: string, of = '{.status.parents[0]') =>
  status(what, `${of}.conditions[?(@.type=="${type}")].reason}`);

const all = { namespaces: { from: 'All' } };

describe('Gateway API', () => {
  before(async () => {
    cluster = await startTestCluster({ name: NAME, files: [join(repository, 'examples/hello')] });
    machine = `10.77.${readRecord(NAME)!.index}.254`;
    const archive = join(cluster.directory, 'busybox.tar');
    await writeFile(archive, await writeArchive(busyboxImage()));
    await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
    await cluster.kubectl('create', 'namespace', 'other');
    await apply(...web('one'), ...web('two'), ...web('far', 'other'));
    await cluster.kubectl('rollout', 'status', 'deployment/one', 'deployment/two', '--timeout=60s');
    await cluster.kubectl('rollout', 'status', '-n', 'other', 'deployment/far', '--timeout=60s');
  });
  after(async () => {
    for (const close of closes) close();
    await cluster?.down();
  });

  test('the class is accepted, and says what Gateways of it can do', async () => {
    await cluster.kubectl('wait', '--for=condition=Accepted', 'gatewayclass/tiphys', '--timeout=20s');
    assert.match(await cluster.kubectl('get', 'gc'), /^tiphys\s+tiphys.io\/gateway-controller\s+True/m);
    assert.match(await status('gc tiphys', '{.status.supportedFeatures[*].name}'), /\bHTTPRoute\b/);
  });

  test('a Gateway has an address, and the columns of upstream', async () => {
    await apply(
      {
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'kubernetes.io/tls',
        metadata: { name: 'tls' },
        stringData: { 'tls.crt': own.cert, 'tls.key': own.key },
      },
      {
        apiVersion: GROUP,
        kind: 'Gateway',
        metadata: { name: 'gw' },
        spec: {
          gatewayClassName: 'tiphys',
          listeners: [
            { name: 'http', port: 80, protocol: 'HTTP', allowedRoutes: all },
            {
              name: 'https',
              port: 443,
              protocol: 'HTTPS',
              hostname: 'tls.test',
              tls: { certificateRefs: [{ name: 'tls' }] },
            },
            { name: 'pass', port: 443, protocol: 'TLS', hostname: 'pass.test', tls: { mode: 'Passthrough' } },
            { name: 'tcp', port: 9000, protocol: 'TCP' },
            { name: 'udp', port: 9000, protocol: 'UDP' },
          ],
        },
      },
    );
    await cluster.kubectl('wait', '--for=condition=Programmed', 'gateway/gw', '--timeout=20s');
    address = await status('gateway gw', '{.status.addresses[0].value}');
    assert.match(address, /^127\.77\.\d+\.2$/);
    assert.match(
      await cluster.kubectl('get', 'gtw'),
      new RegExp(`^gw\\s+tiphys\\s+${address}\\S*\\s+True`, 'm'),
    );
    const programmed = await status(
      'gateway gw',
      '{.status.listeners[*].conditions[?(@.type=="Programmed")].status}',
    );
    assert.equal(programmed, 'True True True True True');
  });

  test('requests go by weight', async () => {
    await apply(
      httpRoute('weights.test', [{ backendRefs: [to('one', { weight: 3 }), to('two', { weight: 1 })] }]),
    );
    await gets(200, 'weights.test');
    const answers = [];
    for (let i = 0; i < 40; i++) answers.push((await ask('weights.test')).text);
    const ones = answers.filter((text) => text === 'one').length;
    assert.ok(ones > 20 && ones < 38, `${ones} of 40`);
    assert.ok(answers.includes('two'));
  });

  test('requests go by header, query parameter, method and path; the most specific match decides', async () => {
    await apply(
      httpRoute('match.test', [
        { backendRefs: [to('one')] },
        { matches: [{ headers: [{ name: 'X-Version', value: 'two' }] }], backendRefs: [to('two')] },
        { matches: [{ queryParams: [{ name: 'v', value: 'a b' }] }], backendRefs: [to('two')] },
        {
          matches: [{ method: 'POST' }, { path: { type: 'Exact', value: '/deep/' } }],
          backendRefs: [to('two')],
        },
      ]),
    );
    await says('one', 'match.test');
    await says('two', 'match.test', { headers: { 'x-version': 'two' } });
    await says('two', 'match.test', { path: '/?v=a%20b' });
    await says('two deep', 'match.test', { path: '/deep/' });
    await says('one deep', 'match.test', { path: '/deep/index.html' });
    assert.equal((await ask('match.test', { path: '/none' })).status, 404);
    assert.equal((await ask('nobody.test')).status, 404);
  });

  test('redirects and rewrites say what they say', async () => {
    const redirect = {
      type: 'RequestRedirect',
      requestRedirect: { scheme: 'https', hostname: 'tls.test', statusCode: 301 },
    };
    const path = { type: 'ReplacePrefixMatch', replacePrefixMatch: '/deep' };
    const rewrite = { type: 'URLRewrite', urlRewrite: { hostname: 'inner.test', path } };
    const headers = {
      type: 'RequestHeaderModifier',
      requestHeaderModifier: { set: [{ name: 'X-Added', value: 'a "b" %[c]' }] },
    };
    const asked = {
      type: 'URLRewrite',
      urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/cgi-bin/asked' } },
    };
    const answered = {
      type: 'ResponseHeaderModifier',
      responseHeaderModifier: { set: [{ name: 'X-Answer', value: 'yes' }] },
    };
    await apply(
      httpRoute('filters.test', [
        { matches: [{ path: { value: '/away' } }], filters: [redirect] },
        { matches: [{ path: { value: '/short' } }], filters: [rewrite, answered], backendRefs: [to('one')] },
        { matches: [{ path: { value: '/asked' } }], filters: [headers, asked], backendRefs: [to('one')] },
      ]),
    );
    const away = await gets(301, 'filters.test', { path: '/away/x?y=1' });
    assert.equal(away.headers.location, 'https://tls.test/away/x?y=1');
    const short = await ask('filters.test', { path: '/short/' });
    assert.deepEqual([short.text, short.headers['x-answer']], ['one deep', 'yes']);
    const { text } = await ask('filters.test', { path: '/asked/anything' });
    assert.equal(text, 'GET /cgi-bin/asked host=filters.test x=a "b" %[c]');
  });

  test('TLS ends at the Gateway with the certificate of a Secret', async () => {
    await apply(httpRoute('tls.test', [{ backendRefs: [to('one')] }]));
    await says('one', 'tls.test', { tls: true });
    assert.equal((await ask('tls.test', { tls: true })).certificate, 'tls.test');
    await assert.rejects(ask('unknown.test', { tls: true }));
  });

  test('TLS passes to the backend that a TLSRoute names', async () => {
    const server = https.createServer({ cert: passed.cert, key: passed.key }, (_, response) =>
      response.end('passed'),
    );
    const port = await listening(server);
    await apply(
      ...outside('secure', machine, port),
      route('TLSRoute', 'pass', { hostnames: ['pass.test'], rules: [{ backendRefs: [to('secure')] }] }),
    );
    await says('passed', 'pass.test', { tls: true });
    assert.equal((await ask('pass.test', { tls: true })).certificate, 'pass.test');
  });

  test('TCP connections and UDP datagrams go to their backends', async () => {
    const tcp = createServer((socket) => socket.end('over tcp'));
    const udp = createSocket('udp4', (bytes, { port, address: from }) =>
      udp.send(`over udp ${bytes}`, port, from),
    );
    const port = await listening(tcp);
    await new Promise<void>((resolve) => udp.bind(0, machine, resolve));
    closes.push(() => udp.close());
    await apply(
      ...outside('stream', machine, port),
      ...outside('datagrams', machine, udp.address().port, 'UDP'),
      route('TCPRoute', 'tcp', { rules: [{ backendRefs: [to('stream')] }] }),
      route('UDPRoute', 'udp', { rules: [{ backendRefs: [to('datagrams')] }] }),
    );
    await eventually('an answer over TCP', async () => (await overTcp(address, 9000)) === 'over tcp');
    await eventually('an answer over UDP', async () => (await overUdp(address, 9000)) === 'over udp ping');
  });

  test('pods reach the Gateway at its other address', async () => {
    const inside = await status('gateway gw', '{.status.addresses[1].value}');
    await apply(httpRoute('inside.test', [{ backendRefs: [to('two')] }]));
    const words = ['wget', '-qO-', '--header', 'Host: inside.test', `http://${inside}/`];
    const answer = () => cluster.tryKubectl('exec', 'deployment/one', '--', ...words);
    await eventually('an answer', async () => (await answer()).stdout.trim() === 'two');
  });

  test('a Service of another namespace is reached with a ReferenceGrant there, and not without', async () => {
    await apply(httpRoute('far.test', [{ backendRefs: [to('far', { namespace: 'other' })] }]));
    await gets(500, 'far.test');
    assert.equal(await condition('httproute far-test', 'ResolvedRefs'), 'RefNotPermitted');
    const grant = {
      apiVersion: GROUP,
      kind: 'ReferenceGrant',
      metadata: { name: 'grant', namespace: 'other' },
      spec: {
        from: [{ group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'default' }],
        to: [{ group: '', kind: 'Service' }],
      },
    };
    await apply(grant);
    await says('far', 'far.test');
    await eventually(
      'the status to follow',
      async () => (await condition('httproute far-test', 'ResolvedRefs')) === 'ResolvedRefs',
    );
    await cluster.kubectl('delete', 'referencegrant', '-n', 'other', 'grant');
    await gets(500, 'far.test');
  });

  test('routes of other namespaces are attached where a listener allows it', async () => {
    await apply(httpRoute('there.test', [{ backendRefs: [to('far')] }], 'other'));
    await says('far', 'there.test');
    await apply(route('TCPRoute', 'tcp', { rules: [{ backendRefs: [to('far')] }] }, 'other'));
    await eventually(
      'the refusal',
      async () => (await condition('tcproute tcp -n other', 'Accepted')) === 'NotAllowedByListeners',
    );
  });

  test('endpoints that the status does not name are followed', async () => {
    await cluster.kubectl('scale', 'deployment/two', '--replicas=0');
    await gets(503, 'inside.test');
    await cluster.kubectl('scale', 'deployment/two', '--replicas=1');
    await says('two', 'inside.test');
  });

  test('definitions of others are applied over ours, and everything goes on', async () => {
    const theirs = gatewayDefinitions().map((one) => ({
      ...one,
      spec: {
        ...one.spec,
        versions: [
          ...one.spec.versions.map((version) => ({ ...version, schema: described(version.schema!) })),
          { ...one.spec.versions[0], name: 'v1alpha2', served: false, storage: false },
        ],
      },
    }));
    await cluster.kubectlWith(
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: theirs }),
      'apply',
      '--server-side',
      '-f',
      '-',
    );
    await apply(httpRoute('late.test', [{ backendRefs: [to('one')] }]));
    await says('one', 'late.test');
    assert.match(await cluster.kubectl('explain', 'httproute'), /of others/);
  });

  test('the example does what its comments say', async () => {
    await cluster.kubectl('apply', '-f', join(repository, 'examples/gateway'));
    await cluster.kubectl(
      'rollout',
      'status',
      'deployment/shop-blue',
      'deployment/shop-green',
      '--timeout=60s',
    );
    await cluster.kubectl('wait', '--for=condition=Programmed', 'gateway/shop', '--timeout=20s');
    const shop = await status('gateway shop', '{.status.addresses[0].value}');
    const path = '/cgi-bin/index.cgi';
    const asked = async (host: string, headers = {}) =>
      (await askDoor({ address: shop, host, path, headers })).text.split(' ', 1)[0];
    const canary = async (color: string) => (await asked('canary.test')) === color;
    await eventually('blue', () => canary('Blue'));
    await eventually('green', () => canary('Green'));
    assert.equal(await asked('canary.test', { 'X-Next': 'always' }), 'Green');
    assert.equal(await asked('shop.test'), 'Blue');
    const root = await askDoor({ address: shop, host: 'shop.test' });
    assert.deepEqual([root.status, root.headers.location], [302, `http://shop.test${path}`]);
    const patch = [{ op: 'replace', path: '/spec/rules/0/backendRefs/0/name', value: 'shop-green' }];
    await cluster.kubectl('patch', 'httproute', 'shop', '--type=json', '-p', JSON.stringify(patch));
    await eventually('the switch', async () => (await asked('shop.test')) === 'Green');
    await cluster.kubectl('delete', '-f', join(repository, 'examples/gateway'));
  });

  test('after a restart of the cluster the Gateway has its address and serves', async () => {
    cluster.killAll();
    await cluster.restart();
    await says('one', 'match.test');
    assert.equal(await status('gateway gw', '{.status.addresses[0].value}'), address);
  });

  test('without a Gateway nothing is served', async () => {
    await cluster.kubectl('delete', 'gateway', 'gw');
    await eventually('refusal', () =>
      ask('match.test').then(
        () => false,
        () => true,
      ),
    );
    await eventually(
      'our entries to go',
      async () => (await status('httproute match-test', '{.status.parents}')) === '[]',
    );
  });
});

const described = (schema: object) => ({
  openAPIV3Schema: { ...(schema as { openAPIV3Schema: object }).openAPIV3Schema, description: 'of others' },
});

async function listening(server: https.Server | ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, machine, resolve));
  closes.push(() => server.close());
  return (server.address() as AddressInfo).port;
}
