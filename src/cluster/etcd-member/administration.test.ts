import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { systemClock } from '../../kit/clock.ts';
import { EtcdAdministration, EtcdRefusal } from './administration.ts';
import { ensureEtcdCertificates } from './certificates.ts';

const directory = mkdtempSync(join(tmpdir(), 'etcd-administration-'));
const options = { directory, clock: systemClock };
const certificates = ensureEtcdCertificates(options, { name: 'a', address: '127.0.0.1' });
const servers: https.Server[] = [];
after(() => {
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true, force: true });
});

type Answer = readonly [status: number, body: string];

/** A member's gateway: gives `answer`, and keeps what it was asked. */
async function gateway(answer: (path: string) => Answer) {
  const asked: [string, string][] = [];
  const { ca, server: own } = certificates;
  const tls = { ca: ca.certificate, cert: own.certificate, key: own.key, requestCert: true };
  const server = https.createServer(tls, async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push([request.url!, body]);
    const [status, text] = answer(request.url!);
    response.writeHead(status).end(text);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

const NOBODY = 'https://127.0.0.1:1';

test('members are told by the first that answers, with numbers of 64 bits as they are', async () => {
  const one = {
    ID: '15985099378392235387',
    name: 'b',
    peerURLs: ['https://b:2380'],
    clientURLs: ['https://b:2379'],
  };
  const { url, asked } = await gateway(() => [
    200,
    JSON.stringify({ members: [one, { ID: '2', isLearner: true }, 'x'] }),
  ]);
  const members = await new EtcdAdministration([NOBODY, url], certificates).members();
  assert.deepEqual(
    members.map(({ id, name, isLearner }) => [id, name, isLearner]),
    [
      ['2', '', true],
      ['', '', false],
      ['15985099378392235387', 'b', false],
    ],
  );
  assert.deepEqual(asked, [['/v3/cluster/member/list', '{}']]);
});

test('a refusal is the cluster’s answer; that nobody could be asked is none, and the next one is asked', async () => {
  const busy = await gateway(() => [
    503,
    '{"code":14,"message":"etcdserver: rpc not supported for learner"}',
  ]);
  const refusing = await gateway(() => [404, '{"code":5,"message":"etcdserver: member not found"}']);
  const etcd = new EtcdAdministration([busy.url, refusing.url, NOBODY], certificates);
  await assert.rejects(
    etcd.remove('7'),
    (error) => error instanceof EtcdRefusal && /member not found/.test(error.message),
  );
  assert.deepEqual(refusing.asked, [['/v3/cluster/member/remove', '{"ID":"7"}']]);
  const alone = new EtcdAdministration([busy.url], certificates);
  await assert.rejects(
    alone.promote('7'),
    (error) => !(error instanceof EtcdRefusal) && /not supported for learner/.test(String(error)),
  );
});

test('what is no answer of etcd is an error, and what is too long is not read', async () => {
  const strange = await gateway((path) => [200, path.includes('status') ? 'x'.repeat(3 << 20) : 'no JSON']);
  const etcd = new EtcdAdministration([strange.url], certificates);
  await assert.rejects(etcd.members(), (error) => !(error instanceof EtcdRefusal));
  await assert.rejects(etcd.status(strange.url), /too long/);
});
