import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aNode } from '../../../sim/objects/node.ts';
import { aBoundPod, aPod } from '../../../sim/objects/pod.ts';
import { aClaim, aClass, aVolume, claimVolume, reachedFrom } from '../../../sim/objects/storage.ts';
import type { PersistentVolumeClaim } from '../../kinds/core/v1/persistent-volume-claim.ts';
import type { VolumeAttachment } from '../../kinds/storage/v1/volume-attachment.ts';
import { SELECTED_NODE } from '../../volumes/annotations.ts';
import { attachProblems } from './attach.ts';
import type { ClaimFacts } from './facts.ts';
import { growthProblems } from './growth.ts';
import { claimLeaving, volumeLeaving } from './leaving.ts';
import { nearMatches } from './near-matches.ts';
import { waitingProblems } from './waiting.ts';

const of = (claim: PersistentVolumeClaim, more: Partial<ClaimFacts> = {}): ClaimFacts => ({
  ...{ claim, class: 'missing', volume: 'missing', node: 'missing' },
  ...{ candidates: [], pods: [], driverNodes: ['n1'], events: [] },
  ...more,
});
const reasons = (problems: readonly { where: string; reason: string }[]) =>
  problems.map(({ where, reason }) => `${where}: ${reason}`);
const classed = (more: object = {}) => aClaim('data', { storageClassName: 'fast', ...more });
const selected = aClaim('data', { storageClassName: 'fast' }, { annotations: { [SELECTED_NODE]: 'n2' } });
const fast = aClass('fast', { provisioner: 'disk.example' });
const user = aPod('web', { volumes: [claimVolume('data')] });
const boundUser = aBoundPod('web', { nodeName: 'n1', volumes: [claimVolume('data')] });
const failed = { reason: 'ProvisioningFailed', message: 'no room', count: 2, last: '' };

describe('why a claim waits', () => {
  const waits = (facts: ClaimFacts) => reasons(waitingProblems(facts));

  it('is its class: none, an unknown one, one whose volumes are made by hand', () => {
    assert.deepEqual(waits(of(aClaim('data'))), ['claim: NoClass']);
    const { storageClassName: _, ...spec } = aClaim('data').spec!;
    assert.deepEqual(waits(of({ ...aClaim('data'), spec })), ['claim: NoDefaultClass']);
    assert.deepEqual(waits(of(classed())), ['class fast: NotFound']);
    const byHand = aClass('fast', { volumeBindingMode: 'Immediate' });
    assert.deepEqual(waits(of(classed(), { class: byHand })), ['class fast: NoProvisioner']);
  });

  it('is the pod that it waits for, if there is one', () => {
    const facts = of(classed(), { class: fast });
    assert.match(waitingProblems(facts)[0]!.message, /no pod uses it$/);
    const { pods: _, ...blind } = facts;
    assert.match(waitingProblems(blind)[0]!.message, /you may not list pods$/);
    assert.deepEqual(waits({ ...facts, pods: [user] }), ['pod web: WaitForPodScheduled']);
    assert.deepEqual(waits({ ...facts, pods: [boundUser] }), ['pod web: NotScheduled']);
  });

  it('is the driver: on no node, not on the selected one, or what it said last', () => {
    const facts = of(selected, { class: fast, node: aNode('n2') });
    assert.deepEqual(waits({ ...facts, driverNodes: [] }), ['driver disk.example: NoDriver']);
    assert.match(waitingProblems(facts)[0]!.message, /not registered on node n2/);
    assert.deepEqual(waits({ ...facts, node: 'missing' }), ['node n2: NotFound']);
    const there = { ...facts, driverNodes: ['n2'] };
    assert.deepEqual(waits(there), ['driver disk.example: Provisioning']);
    assert.deepEqual(waits({ ...there, events: [failed] }), ['driver disk.example: ProvisioningFailed']);
  });

  it('follows from the claim and its events if the class may not be read', () => {
    const hidden = { class: 'hidden' as const };
    assert.deepEqual(waits(of(classed(), hidden)), ['claim: WaitForFirstConsumer']);
    assert.deepEqual(waits(of(classed(), { ...hidden, pods: [user] })), ['pod web: WaitForPodScheduled']);
    const annotations = { 'volume.kubernetes.io/storage-provisioner': 'disk.example' };
    const asked = { ...classed(), metadata: { ...classed().metadata, annotations } };
    assert.deepEqual(waits(of(asked, hidden)), ['driver disk.example: Provisioning']);
    const events = [failed];
    assert.deepEqual(waits(of(asked, { ...hidden, events })), ['driver disk.example: ProvisioningFailed']);
  });

  it('is the volume that it names', () => {
    const claim = aClaim('data', { volumeName: 'v' });
    assert.deepEqual(waits(of(claim)), ['volume v: NotFound']);
    const claimRef = { namespace: 'other', name: 'taker', uid: 'x' };
    const volume = { ...aVolume('v', { claimRef }), status: { phase: 'Bound' as const } };
    assert.equal(waitingProblems(of(claim, { volume }))[0]?.message, 'is bound to other/taker');
  });

  it('is nothing once it is bound', () => {
    assert.deepEqual(waits(of({ ...aClaim('data'), status: { phase: 'Bound' } })), []);
  });
});

describe('volumes that nearly suit a claim', () => {
  const free = (...words: Parameters<typeof aVolume>) => ({
    ...aVolume(...words),
    status: { phase: 'Available' as const },
  });

  it('say what differs, those with the fewest differences first', () => {
    const claim = aClaim('data', {
      ...{ resources: { requests: { storage: '2Gi' } }, accessModes: ['ReadWriteMany'] },
      selector: { matchLabels: { tier: 'gold' } },
    });
    const large = { capacity: { storage: '2Gi' }, accessModes: ['ReadWriteMany'] };
    const labels = { tier: 'gold' };
    const candidates = [
      free('small', { volumeMode: 'Block' }),
      free('elsewhere', { ...large, ...reachedFrom('zone', 'b') }, { labels }),
      {
        ...free('old', { ...large, claimRef: { namespace: 'd', name: 'gone' } }, { labels }),
        status: { phase: 'Released' as const },
      },
    ];
    const node = aNode('n1', {}, {}, { labels: { zone: 'a' } });
    assert.deepEqual(nearMatches(of(claim, { candidates, node })), [
      { volume: 'elsewhere', differs: ['cannot be reached from node n1, which is selected for the claim'] },
      { volume: 'old', differs: ['was bound to d/gone, which its claimRef still names'] },
      {
        volume: 'small',
        differs: [
          'has 1Gi, 2Gi is asked for',
          'has the volume mode "Block", "Filesystem" is asked for',
          'has the access modes "ReadWriteOnce", "ReadWriteMany" is asked for',
          "has labels that the claim's selector does not match",
        ],
      },
    ]);
  });

  it('are of the same class, unless there are none and nobody makes them', () => {
    const candidates = [free('other', { storageClassName: 'slow' })];
    assert.equal(nearMatches(of(classed(), { candidates })).length, 1);
    assert.deepEqual(nearMatches(of(classed(), { candidates, class: fast })), []);
    const own = free('own', { storageClassName: 'fast' });
    const found = nearMatches(of(classed(), { candidates: [...candidates, own] }));
    assert.deepEqual(found, [{ volume: 'own', differs: [] }]);
  });
});

describe('why a claim does not grow', () => {
  const csi = { driver: 'disk.example', volumeHandle: 'h' };
  const { hostPath: _, ...spec } = aVolume('v').spec!;
  const volume = { ...aVolume('v'), spec: { ...spec, csi } };
  const growing = (status: PersistentVolumeClaim['status'] = {}) => ({
    ...aClaim('data', { storageClassName: 'fast', volumeName: 'v' }),
    status: { phase: 'Bound' as const, capacity: { storage: '500Mi' }, ...status },
  });
  const allowing = aClass('fast', { allowVolumeExpansion: true });
  const grows = (facts: ClaimFacts) => reasons(growthProblems({ ...facts, volume }));

  it('is nothing when it has what it asks for', () => {
    assert.deepEqual(grows(of(growing({ capacity: { storage: '1Gi' } }))), []);
  });

  it('is its class, its driver, or what the driver said', () => {
    assert.deepEqual(grows(of(growing(), { class: fast })), ['class fast: NotAllowed']);
    assert.deepEqual(grows(of(growing(), { class: allowing })), ['driver disk.example: Resizing']);
    const condition = { type: 'ControllerResizeError', status: 'True', message: 'no room' } as const;
    const claim = growing({ conditions: [condition] });
    const expected = ['driver disk.example: Resizing', 'driver: ControllerResizeError'];
    assert.deepEqual(grows(of(claim, { class: allowing })), expected);
  });

  it('is that the file system waits for a pod, or for its end', () => {
    const claim = growing({ conditions: [{ type: 'FileSystemResizePending', status: 'True' }] });
    assert.match(growthProblems(of(claim))[0]!.message, /the next pod that uses the claim$/);
    assert.match(growthProblems(of(claim, { pods: [boundUser] }))[0]!.message, /once web has ended/);
  });
});

describe('why a claim or volume is not deleted', () => {
  const metadata = { deletionTimestamp: '2026-01-01T00:00:00Z' };
  const leaving = aClaim('data', {}, { ...metadata, finalizers: ['kubernetes.io/pvc-protection', 'x/y'] });

  it('is a pod that uses the claim, and finalizers of others', () => {
    const found = reasons(claimLeaving(of(leaving, { pods: [boundUser, aPod('free')] })));
    assert.deepEqual(found, ['pod web on node n1: InUse', 'finalizer x/y: Terminating']);
    assert.deepEqual(claimLeaving(of(aClaim('data'), { pods: [boundUser] })), []);
  });

  it('is the claim of the volume, the node that has it, what the driver said, or its policy', () => {
    const volume = (phase: 'Bound' | 'Released', policy: 'Delete' | 'Retain') => ({
      ...aVolume('v', { persistentVolumeReclaimPolicy: policy, claimRef: { namespace: 'd', name: 'c' } }),
      status: { phase },
    });
    const bound = { ...volume('Bound', 'Delete'), metadata: { name: 'v', ...metadata } };
    assert.match(volumeLeaving({ volume: bound, events: [] })[0]!.message, /is bound to d\/c/);
    const events = [{ ...failed, reason: 'VolumeFailedDelete' }];
    const attachments = [attachment('n1', { attached: true })];
    const released = { volume: volume('Released', 'Delete'), attachments, events };
    assert.deepEqual(reasons(volumeLeaving(released)), ['node n1: Attached', 'driver: VolumeFailedDelete']);
    const kept = { volume: volume('Released', 'Retain'), events: [] };
    assert.deepEqual(reasons(volumeLeaving(kept)), ['volume: Retain']);
  });
});

const attachment = (nodeName: string, status: VolumeAttachment['status']): VolumeAttachment => ({
  ...{ apiVersion: 'storage.k8s.io/v1', kind: 'VolumeAttachment', metadata: { name: `a-${nodeName}` } },
  ...{ spec: { attacher: 'disk.example', nodeName, source: { persistentVolumeName: 'v' } }, status },
});

describe('why a pod waits for its volume', () => {
  const csi = { driver: 'disk.example', volumeHandle: 'h' };
  const { hostPath: _, ...spec } = aVolume('v').spec!;
  const facts = {
    claim: aClaim('data'),
    volume: { ...aVolume('v'), spec: { ...spec, csi } },
    users: [boundUser],
  };
  const attaching = (...attachments: VolumeAttachment[]) =>
    attachProblems({ ...facts, driver: 'missing', attachments }, 'n2');

  it('is its attachment, or the one elsewhere', () => {
    assert.deepEqual(reasons(attaching()), ['volume v: AttachPending']);
    assert.deepEqual(attaching(attachment('n2', { attached: true })), []);
    const refused = attachment('n2', { attached: false, attachError: { message: 'is busy' } });
    assert.deepEqual(attaching(refused), [{ where: 'volume v', reason: 'AttachError', message: 'is busy' }]);
    const [problem] = attaching(attachment('n1', { attached: true }));
    assert.equal(problem?.reason, 'MultiAttach');
    assert.match(problem!.message, /attached to node n1, .* used there by web$/);
  });

  it('is none of it for a driver that attaches nothing', () => {
    const driver = {
      ...{ apiVersion: 'storage.k8s.io/v1', kind: 'CSIDriver', metadata: { name: 'disk.example' } },
      spec: { attachRequired: false },
    } as const;
    assert.deepEqual(attachProblems({ ...facts, driver, attachments: [] }, 'n2'), []);
  });
});
