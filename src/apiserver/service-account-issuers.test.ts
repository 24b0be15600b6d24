import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, it } from 'node:test';
import { type SimCluster, simCluster } from '../sim/cluster.ts';
import { signingKey, signToken, verifySignature } from './authn/jwt.ts';
import type { ApiServerOptions } from './options.ts';

describe('issuers of service accounts’ tokens', () => {
  let cluster: SimCluster;
  afterEach(() => cluster.stop());

  const OLD = 'https://old.example';
  const NEW = 'https://new.example';

  async function start(apiServer: Partial<ApiServerOptions>): Promise<void> {
    cluster = await simCluster({ apiServer });
  }
  const document = async () => (await cluster.call('GET', '/.well-known/openid-configuration')).body;

  async function token(audiences?: string[]): Promise<string> {
    const accounts = '/api/v1/namespaces/default/serviceaccounts';
    const name = 'robot';
    await cluster.call('POST', accounts, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
    const { body } = await cluster.call('POST', `${accounts}/${name}/token`, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { ...(audiences && { audiences }) },
    });
    return body.status.token;
  }
  const claimsOf = (text: string) => JSON.parse(Buffer.from(text.split('.')[1]!, 'base64url').toString());
  async function review(text: string, audiences?: string[]) {
    const { body } = await cluster.call('POST', '/apis/authentication.k8s.io/v1/tokenreviews', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenReview',
      spec: { token: text, ...(audiences && { audiences }) },
    });
    return body.status;
  }

  it('the first issuer issues; discovery names it and where its keys are', async () => {
    await start({ serviceAccountIssuers: [NEW, OLD], serviceAccountJwksUri: 'https://keys.example/jwks' });
    const { iss, aud } = claimsOf(await token());
    assert.deepEqual([iss, aud], [NEW, [NEW, OLD]]);
    const { issuer, jwks_uri } = await document();
    assert.deepEqual([issuer, jwks_uri], [NEW, 'https://keys.example/jwks']);
  });

  it('unless it is configured, keys are found where the server is', async () => {
    await start({ advertise: { address: '10.0.0.1', port: 6443 } });
    const { issuer, jwks_uri } = await document();
    assert.equal(issuer, 'https://kubernetes.default.svc.cluster.local');
    assert.equal(jwks_uri, 'https://10.0.0.1:6443/openid/v1/jwks');
  });

  it('tokens of a former issuer are accepted while it is named', async () => {
    const store = { serviceAccountIssuers: [OLD] };
    await start(store);
    const text = await token();
    assert.equal((await review(text)).authenticated, true);
    await cluster.stop();
    // The same keys with other issuers: signed anew, as the server makes its key itself.
    await start({ serviceAccountIssuers: [NEW] });
    assert.notEqual((await review(text)).authenticated, true);
  });

  it('audiences of the API server are those of --api-audiences', async () => {
    await start({ serviceAccountIssuers: [NEW], apiAudiences: ['api', 'tiphys'] });
    assert.deepEqual(claimsOf(await token()).aud, ['api', 'tiphys']);
    assert.deepEqual((await review(await token(['api']))).audiences, ['api']);
    assert.notEqual((await review(await token([NEW]))).authenticated, true);
    assert.deepEqual((await review(await token([NEW]), [NEW])).audiences, [NEW]);
  });

  it('tokens are signed with keys of every curve, and by the algorithm that fits', () => {
    for (const [namedCurve, alg] of [
      ['P-256', 'ES256'],
      ['P-384', 'ES384'],
      ['P-521', 'ES512'],
    ] as const) {
      const { privateKey } = generateKeyPairSync('ec', { namedCurve });
      const key = signingKey(privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
      const text = signToken(key, { sub: 's' });
      assert.equal(JSON.parse(Buffer.from(text.split('.')[0]!, 'base64url').toString()).alg, alg);
      assert.deepEqual(verifySignature(text, [key])?.claims, { sub: 's' });
    }
  });
});
