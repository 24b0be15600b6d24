// Section 1.2: the API server, but for admission and audit.
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type Check, fail, manual, notApplicable, pass, scored, unless } from './check.ts';
import { type Cluster, signedBy } from './cluster.ts';
import { below } from './probe/files.ts';
import { handshake } from './probe/https.ts';
import { weaknesses } from './probe/tls.ts';
import { createToken, review } from './probe/tokens.ts';

const embedded = () =>
  notApplicable('the store is part of the API server’s process: there is no connection to etcd');

export const apiServer: readonly Check[] = [
  manual('1.2.1', 'Anonymous requests are refused', async (cluster) => {
    const { status } = await cluster.anybody({ path: '/version' });
    return status === 401 ? pass('401') : fail(`an anonymous request of /version is answered with ${status}`);
  }),
  scored('1.2.2', 'There are no static tokens', async (cluster) => {
    const { status } = await bearer(cluster, 'static-token');
    const flags = commandLine(cluster);
    const problems = flags.includes('token-auth-file') ? ['--token-auth-file is set'] : [];
    return unless(
      status === 401 ? problems : [...problems, `a made-up token got ${status}`],
      'none is configured',
    );
  }),
  scored('1.2.4', 'The API server has a certificate for kubelets', async (cluster) => {
    const [kubelet] = cluster.kubelets;
    if (!kubelet) return notApplicable('the cluster has no nodes');
    const path = `/api/v1/nodes/${kubelet.node}/proxy/healthz`;
    const { status, text } = await cluster.admin({ path });
    return status === 200
      ? pass(`${path} is answered, and kubelets refuse callers without a certificate`)
      : fail(text);
  }),
  scored(
    '1.2.5',
    'Kubelets’ certificates are signed by the authority that the API server verifies',
    async (cluster) => {
      if (cluster.kubelets.length === 0) return notApplicable('the cluster has no nodes');
      const problems: string[] = [];
      for (const kubelet of cluster.kubelets) {
        const shaken = await handshake(kubelet);
        if (!shaken || !signedBy(shaken.certificate.raw, cluster.ca))
          problems.push(`${kubelet.node}: another authority`);
      }
      return unless(problems, `${cluster.kubelets.length} kubelets`);
    },
  ),
  scored('1.2.6', 'Not everything is allowed', async (cluster) => {
    const { status } = await cluster.as('cis-probe', [], { path: '/api/v1/secrets' });
    return status === 403
      ? pass('a user without rights gets 403')
      : fail(`a user without rights gets ${status}`);
  }),
  scored('1.2.7', 'Nodes are authorized by the Node authorizer', async (cluster) => {
    const groups = ['system:nodes'];
    const attributes = {
      verb: 'get',
      resource: 'secrets',
      namespace: cluster.namespace,
      name: 'x',
      version: 'v1',
    };
    const { allowed, reason = '' } = await cluster.mayI('system:node:cis-probe', groups, attributes);
    return !allowed && /no relationship found/.test(reason)
      ? pass(reason)
      : fail(`allowed: ${allowed}, ${reason}`);
  }),
  scored('1.2.8', 'Users are authorized by RBAC', async (cluster) => {
    const attributes = { verb: 'list', resource: 'pods', version: 'v1' };
    const { allowed, reason = '' } = await cluster.mayI('system:kube-scheduler', [], attributes);
    return allowed && reason.startsWith('RBAC:') ? pass(reason) : fail(`allowed: ${allowed}, ${reason}`);
  }),
  scored('1.2.15', 'The API server has no profiling', async (cluster) => {
    const { status } = await cluster.admin({ path: '/debug/pprof/' });
    return status === 404
      ? pass('/debug/pprof/ is not there')
      : fail(`/debug/pprof/ is answered with ${status}`);
  }),
  scored('1.2.21', 'Tokens of deleted service accounts are refused', async (cluster) => {
    const token = await createToken(cluster, 'lookup');
    const before = await review(cluster, token);
    await cluster.admin({
      method: 'DELETE',
      path: `/api/v1/namespaces/${cluster.namespace}/serviceaccounts/lookup`,
    });
    const after = await review(cluster, token);
    return before && !after
      ? pass('a token ends with its account')
      : fail(`valid before: ${before}, after: ${after}`);
  }),
  scored('1.2.22', 'Service account tokens are signed with a key of their own', (cluster) =>
    ownSigningKey(cluster),
  ),
  scored('1.2.23', 'The API server has a certificate for etcd', embedded),
  scored('1.2.24', 'The API is served over TLS with a certificate of the cluster', async (cluster) => {
    const shaken = await handshake(cluster.api);
    if (!shaken) return fail('no TLS');
    return signedBy(shaken.certificate.raw, cluster.ca)
      ? pass(`${shaken.certificate.subject.CN}, until ${shaken.certificate.valid_to}`)
      : fail('the certificate is another authority’s');
  }),
  scored('1.2.25', 'Client certificates must be signed by the cluster’s authority', async (cluster) => {
    const question = { path: '/api/v1/secrets' };
    const forged = await cluster.anybody({ ...question, identity: cluster.forged });
    const real = await cluster.anybody({ ...question, identity: cluster.identity('super-admin') });
    return real.status === 200 && [401, 403].includes(forged.status)
      ? pass(`a self-signed certificate gets ${forged.status}`)
      : fail(`a self-signed certificate gets ${forged.status}, an administrator’s ${real.status}`);
  }),
  scored('1.2.26', 'The API server verifies etcd', embedded),
  manual('1.2.28', 'Secrets are encrypted at rest', (cluster) => encrypted(cluster)),
  manual('1.2.29', 'The API server agrees to strong ciphers only', async (cluster) =>
    unless(await weaknesses(cluster.api), 'TLS 1.2 and 1.3 with ECDHE and AEAD ciphers only'),
  ),
];

const bearer = (cluster: Cluster, token: string) =>
  cluster.anybody({ path: '/version', headers: { authorization: `Bearer ${token}` } });

/** Of the process whose flags configure the API server. */
const commandLine = ({ record }: Cluster): string => readFileSync(`/proc/${record.pid}/cmdline`, 'utf8');

export async function ownSigningKey(cluster: Cluster) {
  const token = await createToken(cluster, 'signed');
  const [head, claims, signature = ''] = token.split('.');
  const key = createPublicKey(cluster.file('sa.pub'));
  const data = Buffer.from(`${head}.${claims}`);
  const good = verify(
    'sha256',
    data,
    { key, dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
  if (!good) return fail('a token that was just issued does not verify with sa.pub');
  return cluster.file('sa.key') === cluster.file('apiserver.key')
    ? fail('the TLS key signs tokens')
    : pass('sa.key');
}

/** Writes a Secret and looks for its content in the store's files. */
async function encrypted(cluster: Cluster) {
  const marker = randomBytes(24).toString('base64');
  const path = `/api/v1/namespaces/${cluster.namespace}/secrets`;
  const body = { metadata: { name: 'at-rest' }, data: { marker } };
  const { status, text } = await cluster.admin({ method: 'POST', path, body });
  if (status !== 201) return fail(text);
  const found = below(cluster.paths.store).filter((file) => readFileSync(file).includes(marker));
  return found.length === 0
    ? pass('a Secret is not found in the store’s files')
    : fail(`its content stands in ${found}`);
}
