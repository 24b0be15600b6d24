// Helm 4 with a chart that claims storage in the ways that published charts do: a StatefulSet with templates of claims, pods that are not
// root, a container that prepares the volume, a Deployment that lets go of its volume before it starts anew.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { repository } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { PodScene } from '../support/pod-scene.ts';

const chart = join(repository, 'test/charts/keeper');
const WAIT = ['--wait', '--timeout', '40s'];
/** Values of the second revision. */
const SECOND = ['--set', 'ledger.replicas=1', '--set', 'desk.size=400Mi'];
let scene: PodScene;
const kubectl = (...words: string[]) => scene.cluster.kubectl(...words);
const helm = (...words: string[]) => scene.cluster.helm(...words);
const inside = async (target: string, script: string) =>
  (await kubectl('exec', target, '-c', 'main', '--', 'sh', '-c', script)).trim();
const names = async (kind: string) => {
  const lines = (await kubectl('get', kind, '-o', 'name')).trim();
  return lines === '' ? [] : lines.split('\n').map((line) => line.replace(/.*\//, ''));
};

describe('Helm and storage', () => {
  before(async () => {
    scene = await PodScene.start('tph-interop-helm-storage');
  });
  after(() => scene?.down());

  it('installs: claims are bound, and pods that are not root write into their volumes', async () => {
    assert.match(await helm('install', 'k', chart, ...WAIT), /STATUS: deployed/);
    assert.deepEqual(await names('pvc'), ['data-k-ledger-0', 'data-k-ledger-1', 'k-desk']);
    assert.equal(await inside('k-ledger-1', 'id -u; stat -c "%a %g" /data'), '1001\n2775 1001');
    assert.equal(await inside('k-ledger-1', 'stat -c "%a %u" /data/db; cat /data/word'), '700 1001\nfirst');
    assert.equal(
      await inside('deploy/k-desk', 'stat -c "%a %u:%g" /data /data/words'),
      '2775 0:472\n644 472:472',
    );
    const budget = await kubectl('get', 'pdb', 'k-ledger', '-o', 'jsonpath={.status.disruptionsAllowed}');
    assert.equal(budget, '1');
  });

  it('upgrades: a claim that asks for more gets it, and one that is not needed any more is kept', async () => {
    await helm('upgrade', 'k', chart, ...SECOND, '--set', 'word=second', ...WAIT);
    assert.equal(await inside('k-ledger-0', 'cat /data/db/words'), 'first\nsecond');
    await eventually('the larger volume', async () => {
      const size = await kubectl('get', 'pvc', 'k-desk', '-o', 'jsonpath={.status.capacity.storage}');
      return size === '400Mi';
    });
    assert.ok(Number(await inside('deploy/k-desk', "df -m /data | awk 'END { print $2 }'")) > 330);
    assert.deepEqual(await names('pvc'), ['data-k-ledger-0', 'data-k-ledger-1', 'k-desk']);
  });

  it('rolls back: the pods start anew, and find what they wrote', async () => {
    await helm('upgrade', 'k', chart, ...SECOND, '--set', 'word=third', ...WAIT);
    await helm('rollback', 'k', '2', ...WAIT);
    const words = 'first\nsecond\nthird\nsecond';
    assert.equal(await inside('k-ledger-0', 'cat /data/db/words'), words);
    assert.equal(await inside('deploy/k-desk', 'cat /data/words'), words);
  });

  it('refuses templates that ask for more, and a claim that would shrink, in the words of Kubernetes', async () => {
    await assert.rejects(
      helm('upgrade', 'k', chart, '--reuse-values', '--set', 'ledger.size=64Mi'),
      /updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template'/,
    );
    await assert.rejects(helm('rollback', 'k', '1'), /k-desk.*can not be less than status\.capacity/);
  });

  it('says why a volume for several nodes, or without a class, is not there', async () => {
    const values = ['desk.accessModes={ReadWriteMany}', 'ledger.storageClass=-', 'ledger.replicas=1'];
    await helm('install', 'x', chart, ...values.flatMap((value) => ['--set', value]));
    await scene.event('x-desk', /^ProvisioningFailed: .* a volume belongs to one node$/);
    await scene.event('data-x-ledger-0', /^FailedBinding: .* no storage class is set$/);
    await helm('uninstall', 'x', ...WAIT);
  });

  it('uninstalls: the claims go as the StatefulSet says, and the volumes with them', async () => {
    await helm('uninstall', 'k', ...WAIT);
    await eventually('no claims and volumes', async () => {
      return (await names('pvc')).length === 0 && (await names('pv')).length === 0;
    });
  });
});
