// Discovery against servers of loopback that show cluster-info, rightly or not.
import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { signatureOf } from '../../controllers/bootstrap-tokens/signed-info.ts';
import { systemClock as clock } from '../../kit/clock.ts';
import { silentLogger as log } from '../../kit/log.ts';
import { systemRandom as random } from '../../kit/random.ts';
import { selfSigned } from '../pki/self-signed.ts';
import { caHashOf, pinsOf } from './ca-hash.ts';
import { discover } from './discovery.ts';

const token = { id: 'abcdef', secret: '0123456789abcdef' };
const own = selfSigned('own', ['127.0.0.1'], { clock, random });
const other = selfSigned('other', ['127.0.0.1'], { clock, random });
const hash = caHashOf(new X509Certificate(own.certificate));
const servers: Server[] = [];
after(() => servers.forEach((server) => void server.close()));

const kubeconfig = (ca: string, server = 'https://192.0.2.1:6443') =>
  JSON.stringify({
    clusters: [
      { name: '', cluster: { server, 'certificate-authority-data': Buffer.from(ca).toString('base64') } },
    ],
  });
const signed = (text: string, by = token) => ({
  kubeconfig: text,
  [`jws-kubeconfig-${token.id}`]: signatureOf(text, by),
});

/** A server with the certificate; the n-th request gets the n-th answer, later ones the last. */
async function serve(
  { certificate: cert, key }: { certificate: string; key: string },
  ...answers: (Record<string, string> | { status: number; message: string } | Buffer)[]
): Promise<string> {
  let count = 0;
  const server = createServer({ cert, key }, (request, response) => {
    assert.equal(request.url, '/api/v1/namespaces/kube-public/configmaps/cluster-info');
    assert.equal(request.headers.authorization, undefined);
    const answer = answers[Math.min(count++, answers.length - 1)]!;
    if (Buffer.isBuffer(answer)) return void response.end(answer);
    if ('status' in answer && typeof answer.status === 'number') {
      response.writeHead(answer.status);
      return void response.end(JSON.stringify({ message: answer.message }));
    }
    response.end(JSON.stringify({ data: answer }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  server.unref();
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ask = (server: string | readonly string[], pins: readonly string[] = [hash]) =>
  discover({ servers: [server].flat(), token, pins: pinsOf(pins), clock, log });

test('a cluster whose authority has the hash, and whose server it vouches for, is found', async () => {
  const server = await serve(own, signed(kubeconfig(own.certificate)));
  const found = await ask(server);
  assert.deepEqual(found, { server, published: 'https://192.0.2.1:6443', ca: own.certificate });
});

test('a cluster with two authorities, of which the one with the hash vouches for the server, is found with both', async () => {
  const both = other.certificate + own.certificate;
  assert.equal((await ask(await serve(own, signed(kubeconfig(both))))).ca, both);
});

test('another server is asked when the first one is not there', async () => {
  const server = await serve(own, signed(kubeconfig(own.certificate)));
  assert.equal((await ask(['https://127.0.0.1:1', server])).server, server);
});

test('a token that the cluster was just given is waited for', async () => {
  const text = kubeconfig(own.certificate);
  const server = await serve(own, { kubeconfig: text }, signed(text));
  assert.equal((await ask(server)).server, server);
});

test('an impostor is found out', async () => {
  const text = kubeconfig(own.certificate);
  const cases: [string, string, RegExp][] = [
    [
      'who does not know the token',
      await serve(own, signed(text, { ...token, secret: 'x'.repeat(16) })),
      /^Error: failed to verify JWS signature of received cluster info object, can't trust this API Server$/,
    ],
    [
      'with another authority, who knows the token',
      await serve(other, signed(kubeconfig(other.certificate))),
      /^Error: cluster CA found in cluster-info ConfigMap is invalid: none of the public keys "sha256:[0-9a-f]{64}" are pinned$/,
    ],
    [
      'who passes on what the cluster said',
      await serve(other, signed(text)),
      /is not vouched for by the cluster's authority/,
    ],
    [
      'with another authority beside the pinned one, who knows the token',
      await serve(other, signed(kubeconfig(own.certificate + other.certificate))),
      /is not vouched for by the cluster's authority/,
    ],
    [
      'who says something else later',
      await serve(own, signed(text), signed(kubeconfig(own.certificate, 'https://192.0.2.66:6443'))),
      /the second kubeconfig from the cluster-info ConfigMap \(using validated TLS\) was different from the first/,
    ],
  ];
  for (const [who, server, wanted] of cases) await assert.rejects(ask(server), wanted, who);
});

test('a server that is not set up for joining is told apart, and is no reason to wait', async () => {
  const refused = await serve(own, { status: 403, message: 'configmaps "cluster-info" is forbidden' });
  await assert.rejects(
    ask(refused),
    /failed to request the cluster-info ConfigMap: configmaps "cluster-info" is forbidden/,
  );
});

test('a flood of bytes is cut off', async () => {
  const flood = await serve(own, Buffer.alloc(4 << 20, 32));
  const ended = new Error('ended');
  const impatient = { ...clock, sleep: () => Promise.reject(ended) };
  await assert.rejects(
    discover({
      servers: [flood],
      token,
      pins: pinsOf([hash]),
      clock: impatient,
      log: { ...log, info: (_: string, facts?: object) => assert.match(JSON.stringify(facts), /too large/) },
    }),
    ended,
  );
});

test('without hashes, which the user must ask for, the signature alone counts', async () => {
  const server = await serve(other, signed(kubeconfig(own.certificate)));
  assert.equal((await ask(server, [])).ca, own.certificate);
});

test('hashes are read as kubeadm reads them', () => {
  assert.deepEqual([...pinsOf([hash.toUpperCase().replace('SHA256', 'sha256')])], [hash]);
  const cases: [string, RegExp][] = [
    ['abc', /invalid hash, expected "format:hex-value"\. Known format\(s\) are: sha256/],
    ['md5:00', /unknown hash format "md5"\. Known format\(s\) are: sha256/],
    ['sha256:00', /invalid hash "sha256:00", expected a 32 byte SHA-256 hash, found 1 bytes/],
    [`sha256:${'x'.repeat(64)}`, /could not decode SHA-256 from hex/],
  ];
  for (const [text, wanted] of cases) assert.throws(() => pinsOf([text]), wanted);
});
