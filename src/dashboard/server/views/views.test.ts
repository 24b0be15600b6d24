import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { Node } from '../../../api/kinds/core/v1/node.ts';
import { Pod } from '../../../api/kinds/core/v1/pod.ts';
import { Secret } from '../../../api/kinds/core/v1/secret.ts';
import { isForbidden, isNotFound } from '../../../api/status/status-error.ts';
import { silentLogger } from '../../../kit/log.ts';
import { makeCertificate } from '../../../kit/x509/certificate.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aNode } from '../../../sim/objects/node.ts';
import { aBoundPod, aContainer } from '../../../sim/objects/pod.ts';
import { nodeKey, podKey } from '../usage/history.ts';
import type { CertificateEnds } from './certificates.ts';
import type { Reader } from './reader.ts';
import type { AllRequests } from './requests.ts';
import type { UsageAnswer } from './usage.ts';
import { Views } from './views.ts';
import type { ClaimUsers } from './volumes.ts';

const DAY = 86_400_000;

/** One that ends then. */
function certificateUntil(notAfter: number, commonName: string): string {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const subject = { commonName };
  const terms = { notBefore: notAfter - 90 * DAY, notAfter, subject, publicKey, serial: Buffer.of(7) };
  return makeCertificate({ ...terms, usages: ['server auth'] }, { subject, publicKey, privateKey });
}

describe('views of the dashboard', () => {
  let cluster: SimCluster;
  let views: Views;
  beforeEach(async () => {
    cluster = await simCluster({});
    const { clock } = cluster;
    const measure = async () =>
      new Map([
        [nodeKey('n1'), { cpu: 2, memory: 64 }],
        [podKey('default', 'web'), { cpu: 0.5, memory: 32 }],
      ]);
    views = new Views({ measure, clock, log: silentLogger });
  });
  afterEach(async () => {
    views.stop();
    await cluster.stop();
  });

  const as =
    (name: string, ...groups: string[]): Reader =>
    async (path, query) => {
      const { status, body } = await cluster.call('GET', path, undefined, {
        user: { name, groups: [...groups, 'system:authenticated'] },
        ...(query && { query }),
      });
      return { status, body: Buffer.from(JSON.stringify(body)) };
    };
  const admin = as('root', 'system:masters');
  const nobody = as('eve');
  const ask = async <T>(read: Reader, view: string, query = ''): Promise<T> =>
    (await views.answer('GET', view, new URLSearchParams(query), read)) as T;

  it('tell the last hour of a node or pod to those who may read its metrics', async () => {
    await cluster.client.create(Node, aNode('n1'));
    views.use();
    await cluster.clock.step(25_000);
    const node = ask<UsageAnswer>(admin, 'usage', 'name=n1');
    await cluster.clock.step(5_000);
    assert.deepEqual((await node).series.n1?.cpu, [2, 2]);
    const pod = await ask<UsageAnswer>(admin, 'usage', 'namespace=default&name=web');
    assert.deepEqual(pod.series.web?.memory, [32, 32]);
    await assert.rejects(ask(nobody, 'usage', 'namespace=default&name=web'), isForbidden);
    await assert.rejects(ask(nobody, 'usage', 'name=n1'), isForbidden);
    await assert.rejects(ask(nobody, 'usage'), isForbidden);
  });

  it('tell what the pods of each node request to those who may list pods', async () => {
    const resources = { requests: { cpu: '250m', memory: '64Mi' } };
    for (let i = 0; i < 260; i++)
      await cluster.client.create(
        Pod,
        aBoundPod(`p${i}`, { nodeName: `n${i % 2}`, containers: [aContainer('main', { resources })] }),
      );
    const { nodes, more } = await ask<AllRequests>(admin, 'requests');
    assert.deepEqual([more, nodes.n0], [false, { pods: 130, cpu: 32_500, memory: 130 * 64 * 2 ** 20 }]);
    assert.equal(nodes.n1?.pods, 130);
    await assert.rejects(ask(nobody, 'requests'), isForbidden);
  });

  it('tell which certificates end soon, without their keys', async () => {
    const now = cluster.clock.now();
    const secret = (name: string, certificate: string): Secret => ({
      ...{
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace: 'default' },
        type: 'kubernetes.io/tls',
      },
      data: {
        'tls.crt': Buffer.from(certificate).toString('base64'),
        'tls.key': Buffer.from('a key').toString('base64'),
      },
    });
    await cluster.client.create(Secret, secret('soon', certificateUntil(now + 3 * DAY, 'shop.example')));
    await cluster.client.create(Secret, secret('later', certificateUntil(now + 80 * DAY, 'later.example')));
    await cluster.client.create(Secret, secret('broken', 'no certificate'));
    const found = await ask<CertificateEnds>(admin, 'certificates', 'namespace=default');
    const end = { namespace: 'default', name: 'soon', subject: 'shop.example', notAfter: now + 3 * DAY };
    assert.deepEqual(found, { ends: [end], more: false });
    await assert.rejects(ask(nobody, 'certificates'), isForbidden);
  });

  it('tell who uses which claim, and how full it is where the kubelet may be asked', async () => {
    const using = (name: string, claim: string) =>
      aBoundPod(name, {
        nodeName: 'n1',
        volumes: [{ name: 'v', persistentVolumeClaim: { claimName: claim } }],
      });
    await cluster.client.create(Pod, using('web', 'data'));
    await cluster.client.create(Pod, using('job', 'data'));
    await cluster.client.create(Pod, using('other', 'archive'));
    const pvcRef = { namespace: 'default', name: 'data' };
    const summary = { pods: [{ volume: [{ pvcRef, usedBytes: 5, capacityBytes: 10 }, { usedBytes: 1 }] }] };
    const asking: Reader = (path, query) =>
      path === '/api/v1/nodes/n1/proxy/stats/summary'
        ? Promise.resolve({ status: 200, body: Buffer.from(JSON.stringify(summary)) })
        : admin(path, query);
    const { users, use } = await ask<ClaimUsers>(asking, 'volumes', 'namespace=default');
    assert.deepEqual(users['default/data']?.map(({ pod }) => pod).sort(), ['job', 'web']);
    assert.deepEqual(users['default/archive'], [{ pod: 'other', node: 'n1' }]);
    assert.deepEqual({ ...use }, { 'default/data': { used: 5, capacity: 10 } });
    await assert.rejects(ask(nobody, 'volumes'), isForbidden);
  });

  it('are not found under other names', async () => {
    await assert.rejects(ask(admin, 'other'), isNotFound);
  });

  it('parse a few Secrets at a time, since each may be large', async () => {
    const limits: unknown[] = [];
    const read: Reader = (path, query) => {
      limits.push(query?.limit);
      return admin(path, query);
    };
    await ask(read, 'certificates');
    assert.deepEqual(limits, ['20']);
  });
});
