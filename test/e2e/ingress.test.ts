// The outside door with HAProxy on a real cluster: hosts, paths, TLS, a canary, passwords, a rate, and a rolling update under load.
import assert from 'node:assert/strict';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { selfSigned } from '../../src/cluster/pki/self-signed.ts';
import { writeArchive } from '../../src/cri/image/archive.ts';
import { systemClock } from '../../src/kit/clock.ts';
import { exec } from '../../src/kit/exec.ts';
import { systemRandom } from '../../src/kit/random.ts';
import { busyboxImage } from '../support/busybox-image.ts';
import { repository, startTestCluster, type TestCluster } from '../support/cluster.ts';
import { startLoad } from '../support/door/load.ts';
import { eventually } from '../support/eventually.ts';

const NAME = 'tph-e2e-ingress';
let cluster: TestCluster;
let address: string;

interface Answer {
  readonly status: number;
  readonly text: string;
  /** Common name of the certificate. */
  readonly certificate: string | undefined;
  readonly headers: http.IncomingHttpHeaders;
}

interface Question {
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly tls?: boolean;
}

const ask = (host: string, { path = '/', headers = {}, tls = false }: Question = {}) =>
  new Promise<Answer>((resolve, reject) => {
    const options = {
      host: address,
      path,
      headers: { host, ...headers },
      agent: false,
      timeout: 5_000,
    };
    const answered = (response: http.IncomingMessage) => {
      let text = '';
      const certificate = tls ? (response.socket as TLSSocket).getPeerCertificate().subject.CN : undefined;
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          text: text.trim(),
          certificate: String(certificate),
          headers: response.headers,
        }),
      );
    };
    const request = tls
      ? https.get({ ...options, servername: host, rejectUnauthorized: false }, answered)
      : http.get(options, answered);
    request.on('error', reject);
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
  });

const apply = (...objects: object[]) =>
  cluster.kubectlWith(JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }), 'apply', '-f', '-');

/** A page that says `name`, below / and /deep/. */
const page = (name: string) =>
  `mkdir -p /www/deep && echo ${name} >/www/index.html && echo ${name} deep >/www/deep/index.html && exec httpd -f -p 8080 -h /www`;

const web = (name: string, replicas = 1) => [
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      replicas,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: {
          terminationGracePeriodSeconds: 2,
          containers: [
            {
              name: 'web',
              image: 'busybox:1',
              command: ['sh', '-c', page(name)],
              readinessProbe: { httpGet: { path: '/', port: 8080 }, periodSeconds: 1 },
            },
          ],
        },
      },
    },
  },
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 8080 }] },
  },
];

const ingress = (
  name: string,
  host: string,
  paths: readonly (readonly [path: string, pathType: string, service: string])[],
  { annotations = {}, ...spec }: { annotations?: Record<string, string>; tls?: object[] } = {},
) => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: {
    name,
    annotations: Object.fromEntries(
      Object.entries(annotations).map(([key, value]) => [`nginx.ingress.kubernetes.io/${key}`, value]),
    ),
  },
  spec: {
    ...spec,
    rules: [
      {
        host,
        http: {
          paths: paths.map(([path, pathType, service]) => ({
            path,
            pathType,
            backend: { service: { name: service, port: { name: 'http' } } },
          })),
        },
      },
    ],
  },
});

const secret = (name: string, type: string, stringData: Record<string, string>) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  type,
  stringData,
});

function certificate(commonName: string) {
  const made = selfSigned(commonName, ['tls.test'], { clock: systemClock, random: systemRandom });
  return secret('tls', 'kubernetes.io/tls', { 'tls.crt': made.certificate, 'tls.key': made.key });
}

const says = (what: string, host: string, question: Question = {}) =>
  eventually(`${what} from ${host}`, async () => (await ask(host, question)).text === what);

/** Processes of HAProxy that belong to this cluster. */
async function proxies(): Promise<string[]> {
  const found: string[] = [];
  for (const pid of await readdir('/proc')) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (command.includes(`/run/tiphys/${NAME}.door/haproxy.cfg`)) found.push(pid);
  }
  return found;
}

describe('the outside door', () => {
  before(async () => {
    cluster = await startTestCluster({ name: NAME, files: [join(repository, 'examples/hello')] });
    const archive = join(cluster.directory, 'busybox.tar');
    await writeFile(archive, await writeArchive(busyboxImage()));
    await cluster.tiphys('image', 'load', '--name', cluster.name, archive);
    await apply(...web('one', 2), ...web('two'));
    await cluster.kubectl('rollout', 'status', 'deployment/one', 'deployment/two', '--timeout=60s');
  });
  after(() => cluster?.down());

  test('nothing runs before the first Ingress, which gets the default class and an address', async () => {
    assert.deepEqual(await proxies(), []);
    await apply(
      ingress('plain', 'plain.test', [
        ['/', 'Prefix', 'one'],
        ['/deep', 'Prefix', 'two'],
      ]),
    );
    const shown = () =>
      cluster.kubectl(
        'get',
        'ingress',
        'plain',
        '-o',
        'jsonpath={.spec.ingressClassName} {.status.loadBalancer.ingress[0].ip}',
      );
    const [name, ip] = (
      await eventually('an address', async () => {
        const text = await shown();
        return text.includes('127.') ? text : '';
      })
    ).split(' ');
    assert.equal(name, 'tiphys');
    address = ip!;
    assert.equal((await proxies()).length, 1);
  });

  test('requests go by host and path; others find nothing', async () => {
    await says('one', 'plain.test');
    await says('two deep', 'plain.test', { path: '/deep/' });
    assert.equal((await ask('other.test')).status, 404);
    assert.equal((await ask('plain.test', { path: '/deep/../' })).status, 400);
  });

  test('the proxy runs without rights', async () => {
    const [pid] = await proxies();
    const status = await readFile(`/proc/${pid}/status`, 'utf8');
    assert.doesNotMatch(status, /^Uid:\s*0/m);
    // CAP_NET_BIND_SERVICE and no other.
    assert.match(status, /^CapPrm:\s*0*400$/m);
    assert.match(status, /^NoNewPrivs:\s*1$/m);
  });

  test('certificates are chosen by name and change with their Secret', async () => {
    await apply(
      certificate('first'),
      ingress('tls', 'tls.test', [['/', 'Prefix', 'one']], {
        tls: [{ hosts: ['tls.test'], secretName: 'tls' }],
      }),
    );
    const shows = (name: string) =>
      eventually(name, async () => (await ask('tls.test', { tls: true })).certificate === name);
    await shows('first');
    assert.equal((await ask('plain.test', { tls: true })).text, 'one');
    assert.notEqual((await ask('plain.test', { tls: true })).certificate, 'first');
    assert.equal((await ask('tls.test')).headers.location, 'https://tls.test/');
    await apply(certificate('second'));
    await shows('second');
  });

  test('a canary takes its share, and whoever asks for it by header', async () => {
    const canary = { canary: 'true', 'canary-weight': '50', 'canary-by-header': 'x-canary' };
    await apply(ingress('canary', 'plain.test', [['/', 'Prefix', 'two']], { annotations: canary }));
    await says('two', 'plain.test', { headers: { 'x-canary': 'always' } });
    assert.equal((await ask('plain.test', { headers: { 'x-canary': 'never' } })).text, 'one');
    const answers = await Promise.all(Array.from({ length: 60 }, () => ask('plain.test')));
    const canaries = answers.filter(({ text }) => text === 'two').length;
    // A fair coin gives less than 8 or more than 52 of 60 once in 10^9 times.
    assert.ok(canaries >= 8 && canaries <= 52, `${canaries} of 60`);
    await cluster.kubectl('delete', 'ingress', 'canary');
  });

  test('a password is asked for, and without its Secret nobody gets in', async () => {
    const hash = (await exec(['openssl', 'passwd', '-6', 'sesame'])).trim();
    const annotations = { 'auth-type': 'basic', 'auth-secret': 'users' };
    await apply(ingress('guarded', 'guarded.test', [['/', 'Prefix', 'one']], { annotations }));
    await eventually('refusal', async () => (await ask('guarded.test')).status === 503);
    await apply(secret('users', 'Opaque', { auth: `ali:${hash}\n` }));
    const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });
    await says('one', 'guarded.test', { headers: basic('ali:sesame') });
    assert.equal((await ask('guarded.test')).status, 401);
    assert.equal((await ask('guarded.test', { headers: basic('ali:other') })).status, 401);
    await eventually('the event', async () =>
      (await cluster.kubectl('get', 'events', '--field-selector', 'reason=Rejected')).includes(
        'Secret users',
      ),
    );
  });

  test('another server is asked about requests, and what it refuses is its answer', async () => {
    const asked = (name: string, path: string) =>
      ingress(name, `${name}.test`, [['/', 'Prefix', 'one']], {
        annotations: { 'auth-url': `http://two.default.svc.cluster.local${path}` },
      });
    await apply(asked('asked', '/deep/'), asked('refused', '/absent'));
    await says('one', 'asked.test');
    await eventually('a refusal', async () => (await ask('refused.test')).status === 404);
  });

  test('a client that asks too often is refused', async () => {
    const annotations = { 'limit-rpm': '2', 'limit-burst-multiplier': '1' };
    await apply(ingress('limited', 'limited.test', [['/', 'Prefix', 'one']], { annotations }));
    await eventually('a refusal', async () => (await ask('limited.test')).status === 503);
  });

  test('HAProxy accepts what every annotation becomes, at once', async () => {
    const annotations = {
      'rewrite-target': '/deep/$2',
      'server-alias': 'alias.test',
      'app-root': '/start',
      'proxy-connect-timeout': '2',
      'proxy-read-timeout': '30',
      'proxy-send-timeout': '20',
      'proxy-body-size': '1k',
      'force-ssl-redirect': 'false',
      'upstream-vhost': 'inner.test',
      'backend-protocol': 'HTTP',
      'whitelist-source-range': '127.0.0.0/8,10.0.0.0/8',
      'denylist-source-range': '10.9.0.0/16',
      'limit-rps': '100',
      'limit-rpm': '1000',
      'limit-connections': '50',
      affinity: 'cookie',
      'session-cookie-name': 'sticky',
      'session-cookie-max-age': '60',
      'session-cookie-samesite': 'Lax',
      'session-cookie-secure': 'false',
      'enable-cors': 'true',
      'cors-allow-origin': 'https://*.friend.test',
      'cors-expose-headers': 'X-One, X-Two',
    };
    await apply(
      ingress('all', 'all.test', [['/x(/|$)(.*)', 'ImplementationSpecific', 'one']], { annotations }),
    );
    await says('one deep', 'alias.test', { path: '/x/' });
    const { headers } = await ask('all.test', { path: '/x/', headers: { origin: 'https://a.friend.test' } });
    assert.equal(headers['access-control-allow-origin'], 'https://a.friend.test');
    assert.match(
      String(headers['set-cookie']),
      /^sticky=[0-9a-f]+; path=\/; HttpOnly; Max-Age=60; SameSite=Lax$/,
    );
    const root = await ask('all.test');
    assert.deepEqual([root.status, root.headers.location], [302, '/start']);
  });

  test('no request fails while the pods behind an Ingress are replaced and Ingresses come and go', async () => {
    const question = { address, host: 'plain.test' };
    const load = startLoad([question, ...Array.from({ length: 4 }, () => ({ ...question, kept: true }))]);
    await cluster.kubectl('rollout', 'restart', 'deployment/one');
    for (const i of [1, 2, 3]) await apply(ingress(`more-${i}`, `more-${i}.test`, [['/', 'Prefix', 'two']]));
    await says('two', 'more-3.test');
    await cluster.kubectl('rollout', 'status', 'deployment/one', '--timeout=60s');
    await load.stop();
    assert.deepEqual(load.failures, [], `of ${load.asked}`);
    assert.ok(load.asked > 100, `${load.asked}`);
  });

  test('the example does what its comment says', async () => {
    await cluster.kubectl('apply', '-f', join(repository, 'examples/ingress'));
    await cluster.kubectl('rollout', 'status', 'deployment/shop', 'deployment/shop-next', '--timeout=60s');
    const page = '/cgi-bin/index.cgi';
    const asked = (headers: Record<string, string>, path = page) => ask('shop.test', { path, headers });
    // Pods are ready before the door has heard of their endpoints.
    const answers = (value: string) =>
      eventually(`x-next: ${value}`, async () => {
        const { status, text } = await asked({ 'x-next': value });
        return status === 200 ? text : '';
      });
    assert.match(await answers('always'), /^Next from shop-next-/);
    assert.match(await answers('never'), /^Now from shop-/);
    assert.equal((await asked({}, '/admin')).status, 401);
    const authorization = `Basic ${Buffer.from('ali:open sesame').toString('base64')}`;
    assert.match((await asked({ authorization }, '/admin')).text, /^Now from shop-/);
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++) statuses.push((await asked({}, '/api')).status);
    assert.deepEqual(statuses, [...Array(10).fill(200), 503]);
  });

  test('a proxy that dies is started again; none is left after the last Ingress, or when all processes are killed', async () => {
    const [pid] = (await proxies()).slice(-1);
    for (const one of await proxies()) process.kill(Number(one), 'SIGKILL');
    await eventually('another proxy', async () => (await proxies()).some((one) => one !== pid));
    await says('one', 'plain.test');
    await cluster.kubectl('delete', 'ingress', '--all');
    await eventually('no proxy', async () => (await proxies()).length === 0);
    await apply(ingress('last', 'plain.test', [['/', 'Prefix', 'one']]));
    await says('one', 'plain.test');
    cluster.killAll();
    await eventually('no proxy', async () => (await proxies()).length === 0);
  });
});
