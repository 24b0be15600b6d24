import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { secretRef } from './secret-refs.ts';

const subject = {
  volume: 'pvc-1',
  claim: 'c',
  namespace: 'team',
  annotations: { 'example.com/key': 'mine' },
};
const of = (name: string, namespace: string, purpose: 'provisioner' | 'node-expand' = 'provisioner') =>
  secretRef(
    purpose,
    {
      'csi.storage.k8s.io/provisioner-secret-name': name,
      'csi.storage.k8s.io/provisioner-secret-namespace': namespace,
    },
    subject,
  );
const token = (name: string) => `\u0024{${name}}`;

describe('the secret of a class', () => {
  it('has a name and a namespace by templates', () => {
    assert.deepEqual(of('key', 'kube-system'), { name: 'key', namespace: 'kube-system' });
    assert.deepEqual(of(`${token('pvc.name')}-${token('pv.name')}.key`, token('pvc.namespace')), {
      name: 'c-pvc-1.key',
      namespace: 'team',
    });
    assert.equal(of(token("pvc.annotations['example.com/key']"), 'x')?.name, 'mine');
  });

  it('cannot be in a namespace that the user of the claim chooses', () => {
    for (const name of ['pvc.name', "pvc.annotations['example.com/key']"])
      assert.throws(() => of('key', token(name)), /invalid tokens/);
  });

  it('must resolve to names', () => {
    assert.throws(() => of(token('pod.name'), 'x'), {
      message: 'error resolving value "\u0024{pod.name}": invalid tokens: ["pod.name"]',
    });
    assert.throws(() => of('Key', 'x'), { message: '"Key" is not a valid secret name' });
    assert.throws(
      () => of(token("pvc.annotations['example.com/key']"), token('unclosed').slice(0, -1)),
      /invalid tokens/,
    );
    assert.throws(() => of('key', ''), /value of either namespace or name is empty/);
  });

  it('is that of all purposes if there is none of its own, or an old one', () => {
    const parameters = {
      'csi.storage.k8s.io/secret-name': 'all',
      'csi.storage.k8s.io/secret-namespace': 'x',
      csiNodeStageSecretName: 'old',
      csiNodeStageSecretNamespace: 'y',
    };
    assert.equal(secretRef('node-expand', parameters, subject)?.name, 'all');
    assert.deepEqual(secretRef('node-stage', parameters, subject), { name: 'old', namespace: 'y' });
    assert.equal(of('key', 'x', 'node-expand'), undefined);
  });

  it('is not named twice, or by half', () => {
    const twice = { csiProvisionerSecretName: 'a', 'csi.storage.k8s.io/provisioner-secret-name': 'b' };
    assert.throws(() => secretRef('provisioner', twice, subject), /with both "csi" and/);
    assert.throws(
      () => secretRef('provisioner', { csiProvisionerSecretName: 'a' }, subject),
      /Both must be specified/,
    );
  });
});
