import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { beforeEach, describe, it } from 'node:test';
import { makeCertificate } from '../../../kit/x509/certificate.ts';
import { aRequest, EC_REQUEST, type Subject } from '../../../kit/x509/requests.fake.ts';
import { type Body, create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';

const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const RBAC = 'rbac.authorization.k8s.io';
const MERGE = { 'content-type': 'application/merge-patch+json' };
const CLIENT = 'kubernetes.io/kube-apiserver-client';
const condition = (type: string) => ({ type, status: 'True', reason: 'r', message: 'm' });

const keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const certificate = makeCertificate(
  {
    subject: { commonName: 'x' },
    usages: ['client auth'],
    notBefore: Date.UTC(2026, 0, 1),
    notAfter: Date.UTC(2027, 0, 1),
    serial: Buffer.of(1),
    publicKey: keys.publicKey,
  },
  { subject: { commonName: 'ca' }, ...keys },
);
const base64 = (text: string) => Buffer.from(text).toString('base64');

let server: SimCluster;
beforeEach(async () => {
  server = await simCluster();
});

const request = (name: string, spec: object = {}) => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name },
  spec: { signerName: CLIENT, usages: ['client auth'], request: base64(EC_REQUEST), ...spec },
});

/** Lets the user write requests and their subresources; `signers`: the verb and names of signers. */
async function allow(user: string, verb?: string, signers: string[] = []): Promise<void> {
  const resources = ['', '/status', '/approval'].map((sub) => `certificatesigningrequests${sub}`);
  const group = 'certificates.k8s.io';
  const rules = [
    { apiGroups: [group], resources, verbs: ['create', 'get', 'patch', 'update'] },
    ...(verb ? [{ apiGroups: [group], resources: ['signers'], resourceNames: signers, verbs: [verb] }] : []),
  ];
  const metadata = { name: user };
  const apiVersion = `${RBAC}/v1`;
  await create(server, `/apis/${apiVersion}/clusterroles`, {
    apiVersion,
    kind: 'ClusterRole',
    metadata,
    rules,
  });
  await create(server, `/apis/${apiVersion}/clusterrolebindings`, {
    apiVersion,
    kind: 'ClusterRoleBinding',
    metadata,
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: user },
    subjects: [{ kind: 'User', apiGroup: RBAC, name: user }],
  });
}

async function patch(user: string, path: string, status: object): Promise<[number, string]> {
  const answer = await server.call(
    'PATCH',
    `${REQUESTS}/${path}`,
    { status },
    { headers: MERGE, user: { name: user } },
  );
  return [answer.status, answer.body.message ?? ''];
}

describe('CertificateSubjectRestriction', () => {
  const ask = async (subject: Subject, signerName = CLIENT): Promise<[number, Body]> => {
    const answer = await server.call(
      'POST',
      REQUESTS,
      request('r', { request: base64(aRequest(subject)), signerName }),
    );
    return [answer.status, answer.body.message];
  };

  it('refuses requests for system:masters of the client signer', async () => {
    const refusal = [
      403,
      'certificatesigningrequests.certificates.k8s.io "r" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    ];
    assert.deepEqual(
      await ask([
        ['O', 'system:masters'],
        ['CN', 'eve'],
      ]),
      refusal,
    );
    assert.deepEqual(
      await ask([
        ['O', 'dev'],
        ['O', 'system:masters'],
        ['CN', 'eve'],
      ]),
      refusal,
    );
    const name = Buffer.from('system:masters', 'utf16le').swap16();
    const hidden = Buffer.concat([Buffer.of(0x1e, name.length), name]);
    assert.deepEqual(
      await ask([
        ['O', hidden],
        ['CN', 'eve'],
      ]),
      refusal,
    );
    assert.equal(
      (
        await ask([
          ['O', 'dev'],
          ['CN', 'eve'],
        ])
      )[0],
      201,
    );
  });

  it('leaves requests of other signers to them', async () => {
    assert.equal(
      (
        await ask(
          [
            ['O', 'system:masters'],
            ['CN', 'eve'],
          ],
          'example.com/mine',
        )
      )[0],
      201,
    );
  });
});

describe('CertificateApproval', () => {
  it('asks for the verb approve on the signer, or on all signers of its domain', async () => {
    await allow('nobody');
    await allow('one', 'approve', [CLIENT]);
    await allow('all', 'approve', ['kubernetes.io/*']);
    await create(server, REQUESTS, request('a'));
    await create(server, REQUESTS, request('b'));
    const approved = { conditions: [condition('Approved')] };
    const [code, why] = await patch('nobody', 'a/approval', approved);
    assert.equal(code, 403);
    assert.match(
      why,
      /user not permitted to approve requests with signerName "kubernetes.io\/kube-apiserver-client"$/,
    );
    assert.equal((await patch('one', 'a/approval', approved))[0], 200);
    assert.equal((await patch('all', 'b/approval', approved))[0], 200);
  });
});

describe('CertificateSigning', () => {
  it('asks for the verb sign to set a certificate or a condition through /status', async () => {
    await allow('nobody');
    await allow('signer', 'sign', [CLIENT]);
    await create(server, REQUESTS, request('a'));
    for (const status of [{ certificate: base64(certificate) }, { conditions: [condition('Failed')] }]) {
      const [code, why] = await patch('nobody', 'a/status', status);
      assert.equal(code, 403);
      assert.match(
        why,
        /user not permitted to sign requests with signerName "kubernetes.io\/kube-apiserver-client"$/,
      );
    }
    assert.equal((await patch('nobody', 'a/status', {}))[0], 200);
    assert.deepEqual(await patch('signer', 'a/status', { certificate: base64(certificate) }), [200, '']);
  });
});

describe('a CertificateSigningRequest', () => {
  const admin = { user: { name: 'admin', groups: ['system:masters'] }, headers: MERGE };
  const refused = async (path: string, status: object): Promise<string> => {
    const answer = await server.call('PATCH', `${REQUESTS}/${path}`, { status }, admin);
    assert.equal(answer.status, 422, JSON.stringify(answer.body));
    return answer.body.message.replace(/^.* is invalid: /, '');
  };

  it('needs a request signed by its own key, known usages and a signer', async () => {
    for (const [spec, why] of [
      [
        { request: base64('nonsense') },
        /spec.request: Invalid value: .*PEM block type must be CERTIFICATE REQUEST/,
      ],
      [{ usages: [] }, /spec.usages: Required value/],
      [{ usages: ['fly'] }, /spec.usages\[0\]: Unsupported value: "fly"/],
      [{ usages: ['signing', 'signing'] }, /spec.usages\[1\]: Duplicate value: "signing"/],
      [
        { signerName: 'kubernetes.io/legacy-unknown' },
        /the legacy signerName is not allowed via this API version/,
      ],
      [
        { signerName: 'plain' },
        /must be a fully qualified domain and path of the form 'example.com\/signer-name'/,
      ],
      [{ signerName: 'com/x' }, /should be a domain with at least two segments separated by dots/],
      [{ signerName: 'a.B/x' }, /validating label "B"/],
      [{ expirationSeconds: 599 }, /may not specify a duration less than 600 seconds/],
    ] as const) {
      const answer = await server.call('POST', REQUESTS, request('x', spec));
      assert.equal(answer.status, 422, JSON.stringify(answer.body));
      assert.match(answer.body.message, why);
    }
  });

  it('is approved or denied through /approval only, not both, and for good', async () => {
    await create(server, REQUESTS, request('a'));
    const approved = { conditions: [condition('Approved')] };
    assert.match(await refused('a/status', approved), /updates may not add a condition of type "Approved"/);
    const both = { conditions: [condition('Approved'), condition('Denied')] };
    assert.match(await refused('a/approval', both), /Approved and Denied conditions are mutually exclusive/);
    assert.equal(
      (await server.call('PATCH', `${REQUESTS}/a/approval`, { status: approved }, admin)).status,
      200,
    );
    assert.match(
      await refused('a/approval', { conditions: [] }),
      /updates may not remove a condition of type "Approved"/,
    );
  });

  it('gets its certificate once, and nothing but certificates', async () => {
    await create(server, REQUESTS, request('a'));
    assert.match(
      await refused('a/status', {
        certificate: base64('-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n'),
      }),
      /only CERTIFICATE PEM blocks are allowed, found "PRIVATE KEY"/,
    );
    assert.match(
      await refused('a/status', { certificate: base64('nothing') }),
      /must contain at least one CERTIFICATE PEM block/,
    );
    const status = { certificate: base64(certificate) };
    assert.equal((await server.call('PATCH', `${REQUESTS}/a/status`, { status }, admin)).status, 200);
    assert.match(
      await refused('a/status', { certificate: base64(certificate + certificate) }),
      /updates may not modify existing certificate content/,
    );
  });
});
