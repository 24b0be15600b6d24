import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import type { PodSpec } from '../../../api/kinds/core/v1/pod-spec.ts';
import { create } from '../../../sim/api-calls.ts';
import { type SimCluster, simCluster } from '../../../sim/cluster.ts';
import { aContainer, aPod } from '../../../sim/objects/pod.ts';

const CORE = '/api/v1/namespaces/default';
const PODS = `${CORE}/pods`;
const MOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
let server: SimCluster;

beforeEach(async () => {
  server = await simCluster({ apiServer: { disableAdmissionPlugins: [] } });
});

const account = (name: string, more: object = {}, annotations: object = {}) =>
  create(server, `${CORE}/serviceaccounts`, {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, annotations },
    ...more,
  });

async function refused(name: string, spec: Partial<PodSpec>, metadata = {}): Promise<string> {
  const { status, body } = await server.call('POST', PODS, aPod(name, spec, metadata));
  assert.equal(status, 403, JSON.stringify(body));
  return body.message.replace(`pods "${name}" is forbidden: `, '');
}

describe('ServiceAccount', () => {
  it('refuses a mirror pod that refers to accounts or secrets in any way', async () => {
    const metadata = { annotations: { 'kubernetes.io/config.mirror': 'x' } };
    const mirror = (spec: Partial<PodSpec>) => refused('m', { nodeName: 'n1', ...spec }, metadata);
    const secret = { name: 's' };
    assert.equal(
      await mirror({ serviceAccountName: 'x' }),
      'a mirror pod may not reference service accounts',
    );
    const volume = (source: object) => ({ volumes: [{ name: 'v', ...source }] });
    for (const spec of [
      { containers: [aContainer('c', { envFrom: [{ secretRef: secret }] })] },
      { imagePullSecrets: [secret] },
      volume({ secret: { secretName: 's' } }),
      volume({ projected: { sources: [{ secret }] } }),
    ])
      assert.equal(await mirror(spec), 'a mirror pod may not reference secrets');
    assert.equal(
      await mirror(volume({ projected: { sources: [{ serviceAccountToken: { path: 't' } }] } })),
      'a mirror pod may not use ServiceAccountToken volume projections',
    );
  });

  it('takes the pull secrets of the account, and mounts its token unless pod or account forbid it', async () => {
    await account('default', { imagePullSecrets: [{ name: 'pull' }] });
    await account('quiet', { automountServiceAccountToken: false });
    const pod = await create(server, PODS, aPod('a', { initContainers: [aContainer('i')] }));
    assert.deepEqual(pod.spec.imagePullSecrets, [{ name: 'pull' }]);
    for (const container of [...pod.spec.containers, ...pod.spec.initContainers])
      assert.equal(container.volumeMounts[0].mountPath, MOUNT);
    const own = { imagePullSecrets: [{ name: 'own' }], automountServiceAccountToken: false };
    const other = await create(server, PODS, aPod('b', own));
    assert.deepEqual([other.spec.imagePullSecrets, other.spec.volumes], [[{ name: 'own' }], undefined]);
    const quiet = await create(server, PODS, aPod('c', { serviceAccountName: 'quiet' }));
    assert.equal(quiet.spec.volumes, undefined);
    const loud = { serviceAccountName: 'quiet', automountServiceAccountToken: true };
    assert.equal((await create(server, PODS, aPod('d', loud))).spec.volumes.length, 1);
  });

  it('does not mount the token where the container has a mount of its own', async () => {
    await account('default');
    const volumes = [{ name: 'v', emptyDir: {} }];
    const containers = [aContainer('c', { volumeMounts: [{ name: 'v', mountPath: MOUNT }] })];
    const pod = await create(server, PODS, aPod('a', { volumes, containers }));
    assert.deepEqual([pod.spec.volumes.length, pod.spec.containers[0].volumeMounts.length], [1, 1]);
  });

  it('limits pods to the secrets of an account with the annotation enforce-mountable-secrets', async () => {
    const annotations = { 'kubernetes.io/enforce-mountable-secrets': 'true' };
    const lists = { secrets: [{ name: 'mine' }], imagePullSecrets: [{ name: 'pull' }] };
    await account('strict', lists, annotations);
    const spec = { serviceAccountName: 'strict', automountServiceAccountToken: false };
    const env = (name: string) => [{ name: 'E', valueFrom: { secretKeyRef: { name, key: 'k' } } }];
    const unlisted = 'is not allowed because service account strict does not reference that secret';
    const volumes = [{ name: 'v', secret: { secretName: 'other' } }];
    assert.equal(
      await refused('a', { ...spec, volumes }),
      `volume with secret.secretName="other" ${unlisted}`,
    );
    assert.equal(
      await refused('a', { ...spec, containers: [aContainer('c', { env: env('other') })] }),
      `container c with envVar E referencing secret.secretName="other" ${unlisted}`,
    );
    assert.equal(
      await refused('a', {
        ...spec,
        initContainers: [aContainer('i', { envFrom: [{ secretRef: { name: 'other' } }] })],
      }),
      `init container i with envFrom referencing secret.secretName="other" ${unlisted}`,
    );
    assert.equal(
      await refused('a', { ...spec, imagePullSecrets: [{ name: 'other' }] }),
      'imagePullSecrets[0].name="other" is not allowed because service account strict does not reference that imagePullSecret',
    );
    const allowed = aPod('ok', { ...spec, containers: [aContainer('c', { env: env('mine') })] });
    const pod = await create(server, PODS, allowed);
    pod.spec.ephemeralContainers = [{ name: 'e', image: 'x', env: env('other') }];
    const debugged = await server.call('PUT', `${PODS}/ok/ephemeralcontainers`, pod);
    assert.equal(
      debugged.body.message,
      `pods "ok" is forbidden: ephemeral container e with envVar E referencing secret.secretName="other" ${unlisted}`,
    );
  });
});
