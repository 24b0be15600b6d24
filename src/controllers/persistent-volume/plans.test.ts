import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PersistentVolume } from '../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../api/kinds/core/v1/persistent-volume-claim.ts';
import {
  BIND_COMPLETED,
  BOUND_BY_CONTROLLER,
  MIGRATED_TO,
  PROVISIONED_BY,
  SELECTED_NODE,
  STORAGE_PROVISIONER,
} from '../../api/volumes/annotations.ts';
import { migrated } from '../../api/volumes/provisioners.ts';
import * as objects from '../../sim/objects/storage.ts';
import { bestMatch } from './best-match.ts';
import { claimStatus } from './claim-status.ts';
import { type ClaimPlan, type ClaimView, planClaim } from './plan-claim.ts';
import { planVolume, unbound, type VolumePlan } from './plan-volume.ts';

const aClaim = (...[name, spec, metadata]: Parameters<typeof objects.aClaim>): PersistentVolumeClaim => ({
  ...objects.aClaim(name, spec, { uid: 'u', ...metadata }),
  status: { phase: 'Pending' },
});
const aVolume = (...args: Parameters<typeof objects.aVolume>): PersistentVolume => ({
  ...objects.aVolume(...args),
  status: { phase: 'Available' },
});
const { aClass } = objects;
const ref = (own = {}) => ({ claimRef: { namespace: 'default', name: 'c', uid: 'u', ...own } });
const annotated = (...names: string[]) => ({
  annotations: Object.fromEntries(names.map((name) => [name, 'yes'])),
});

interface World {
  readonly classes?: readonly ReturnType<typeof aClass>[];
  readonly volumes?: readonly PersistentVolume[];
  readonly pods?: readonly string[];
  readonly fallback?: string;
}
const view = ({ classes = [], volumes = [], pods = [], fallback }: World): ClaimView => ({
  class: (name) => classes.find(({ metadata }) => metadata.name === name),
  defaultClass: () => fallback,
  volume: (name) => volumes.find(({ metadata }) => metadata.name === name),
  bestMatch: (claim, isDelayed) => bestMatch(claim, volumes, isDelayed),
  waitingPods: () => pods,
});
/** In short: what is done, with which volume or class, and what is reported. */
function summary(plan: ClaimPlan): string {
  const subject = 'volume' in plan ? plan.volume.metadata.name : 'name' in plan ? plan.name : '';
  const report =
    'report' in plan && plan.report
      ? `${plan.report.type} ${plan.report.reason}: ${plan.report.message}`
      : '';
  return [plan.do, subject, report].filter(Boolean).join(' ');
}

describe('a claim', () => {
  const delayedClass = [aClass('k')];
  const immediate = [aClass('k', { volumeBindingMode: 'Immediate', provisioner: 'd.example.com' })];
  const ofClass = (own = {}, metadata = {}) => aClaim('c', { storageClassName: 'k', ...own }, metadata);
  const external =
    "Normal ExternalProvisioning: Waiting for a volume to be created either by the external provisioner 'd.example.com' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.";
  const large = aVolume('large', { capacity: { storage: '9Gi' } });
  const small = aVolume('small', { capacity: { storage: '2Gi' } });
  const many = aVolume('many', { accessModes: ['ReadWriteOnce', 'ReadOnlyMany'] });
  const bound = (own = {}) => aClaim('c', { volumeName: 'v', ...own }, annotated(BIND_COMPLETED));
  const lost = (why: string) => `lose Warning ClaimLost: ${why} Data on the volume is lost!`;
  const table: readonly (readonly [
    what: string,
    claim: PersistentVolumeClaim,
    world: World,
    plan: string,
  ])[] = [
    ['gets the smallest volume', aClaim('c'), { volumes: [large, small] }, 'bind small'],
    ['gets one with fewer access modes first', aClaim('c'), { volumes: [many, large] }, 'bind large'],
    [
      'gets one that names it first',
      aClaim('c'),
      { volumes: [small, aVolume('own', { ...ref(), capacity: { storage: '9Gi' } })] },
      'bind own',
    ],
    [
      'gets none that is too small',
      aClaim('c', { resources: { requests: { storage: '3Gi' } } }),
      { volumes: [small, large] },
      'bind large',
    ],
    [
      'gets none without its access mode',
      aClaim('c', { accessModes: ['ReadWriteMany'] }),
      { volumes: [small] },
      'wait Normal FailedBinding: no persistent volumes available for this claim and no storage class is set',
    ],
    [
      'gets none of another class',
      ofClass(),
      { volumes: [small], classes: immediate },
      `provision ${external}`,
    ],
    [
      'waits for a volume without a class',
      aClaim('c'),
      { fallback: 'k' },
      'wait Normal FailedBinding: no persistent volumes available for this claim and no storage class is set',
    ],
    [
      'gets the default class later',
      aClaim('c', { storageClassName: undefined }),
      { fallback: 'k' },
      'assignClass k',
    ],
    [
      'waits for a pod',
      ofClass(),
      { classes: delayedClass, volumes: [aVolume('v', { storageClassName: 'k' })] },
      'wait Normal WaitForFirstConsumer: waiting for first consumer to be created before binding',
    ],
    [
      'waits for its pod to have a node',
      ofClass(),
      { classes: delayedClass, pods: ['p'] },
      'wait Normal WaitForPodScheduled: waiting for pod p to be scheduled',
    ],
    [
      'waits for its pods to have a node',
      ofClass(),
      { classes: delayedClass, pods: ['p', 'q'] },
      'wait Normal WaitForPodScheduled: waiting for pods p,q to be scheduled',
    ],
    [
      'gets the volume that the scheduler has chosen',
      ofClass(),
      { classes: delayedClass, volumes: [aVolume('v', { storageClassName: 'k', ...ref() })] },
      'bind v',
    ],
    [
      'has a volume made on the node that the scheduler has chosen',
      ofClass({}, annotated(SELECTED_NODE)),
      { classes: [aClass('k', { provisioner: 'd.example.com' })] },
      `provision ${external}`,
    ],
    [
      'says that its class is missing',
      ofClass(),
      {},
      'report Warning ProvisioningFailed: storageclass.storage.k8s.io "k" not found',
    ],
    [
      'says that nobody makes volumes of its class',
      ofClass(),
      { classes: [aClass('k', { volumeBindingMode: 'Immediate' })] },
      'report Warning ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner',
    ],
    ['waits for the volume that it names', aClaim('c', { volumeName: 'v' }), {}, 'wait'],
    [
      'gets the volume that it names',
      aClaim('c', { volumeName: 'v' }),
      { volumes: [aVolume('v')] },
      'bind v',
    ],
    ...(
      [
        ['requested PV is too small', { capacity: { storage: '1Mi' } }],
        ['storageClassName does not match', { storageClassName: 'k' }],
        ['volumeAttributesClassName does not match', { volumeAttributesClassName: 'k' }],
        ['incompatible volumeMode', { volumeMode: 'Block' }],
        ['incompatible accessMode', { accessModes: ['ReadOnlyMany'] }],
      ] as const
    ).map(
      ([why, spec]) =>
        [
          `is not bound to the volume that it names: ${why}`,
          aClaim('c', { volumeName: 'v' }),
          { volumes: [aVolume('v', spec as Parameters<typeof aVolume>[1])] },
          `wait Warning VolumeMismatch: Cannot bind to requested volume "v": ${why}`,
        ] as const,
    ),
    [
      'is not bound to a volume that is being deleted',
      aClaim('c', { volumeName: 'v' }),
      { volumes: [aVolume('v', {}, { deletionTimestamp: '2026-01-01T00:00:00Z' })] },
      'wait Warning VolumeMismatch: Cannot bind to requested volume "v": the volume is marked for deletion "v"',
    ],
    ['completes a binding', aClaim('c', { volumeName: 'v' }), { volumes: [aVolume('v', ref())] }, 'bind v'],
    [
      'does not get the volume of another claim',
      aClaim('c', { volumeName: 'v' }),
      { volumes: [aVolume('v', ref({ name: 'other' }))] },
      'wait Warning FailedBinding: volume "v" already bound to a different claim.',
    ],
    [
      'must not have been given the volume of another claim',
      aClaim('c', { volumeName: 'v' }, annotated(BOUND_BY_CONTROLLER)),
      { volumes: [aVolume('v', ref({ name: 'other' }))] },
      'report Warning FailedBinding: volume "v" already bound to a different claim.',
    ],
    ['stays bound', bound(), { volumes: [aVolume('v', ref())] }, 'bind v'],
    ['is bound again to a volume that has forgotten it', bound(), { volumes: [aVolume('v')] }, 'bind v'],
    [
      'is lost without a reference',
      bound({ volumeName: undefined }),
      {},
      lost('Bound claim has lost reference to PersistentVolume.'),
    ],
    ['is lost without its volume', bound(), {}, lost('Bound claim has lost its PersistentVolume.')],
    [
      'is lost when its volume is another claim’s',
      bound(),
      { volumes: [aVolume('v', ref({ uid: 'w' }))] },
      'lose Warning ClaimMisbound: Two claims are bound to the same volume, this one is bound incorrectly',
    ],
  ];
  for (const [what, claim, world, plan] of table)
    it(what, () => assert.equal(summary(planClaim(claim, view(world))), plan));
});

describe('a volume', () => {
  const claim = (own = {}) => aClaim('c', own);
  const made = { annotations: { [PROVISIONED_BY]: 'd.example.com' } };
  const policy = (persistentVolumeReclaimPolicy: 'Retain' | 'Delete' | 'Recycle', own = {}) => ({
    persistentVolumeReclaimPolicy,
    ...own,
  });
  const failed = (reason: string, message: string): VolumePlan => ({
    ...{ do: 'release', failed: { reason, message } },
  });
  const table: readonly (readonly [
    what: string,
    volume: PersistentVolume,
    claim: PersistentVolumeClaim | undefined,
    plan: VolumePlan,
  ])[] = [
    ['is available', aVolume('v'), undefined, { do: 'phase', phase: 'Available' }],
    [
      'that a user has reserved is available',
      aVolume('v', ref({ uid: undefined })),
      undefined,
      { do: 'phase', phase: 'Available' },
    ],
    ['is bound', aVolume('v', ref()), claim({ volumeName: 'v' }), { do: 'phase', phase: 'Bound' }],
    ['has its claim bound', aVolume('v', ref()), claim(), { do: 'bind' }],
    [
      'of another mode is not bound',
      aVolume('v', ref({})),
      claim({ volumeMode: 'Block' }),
      {
        ...{ do: 'mismatch', claim: claim({ volumeMode: 'Block' }) },
        ofVolume:
          'Cannot bind PersistentVolume to requested PersistentVolumeClaim "c" due to incompatible volumeMode.',
        ofClaim:
          'Cannot bind PersistentVolume "v" to requested PersistentVolumeClaim due to incompatible volumeMode.',
      },
    ],
    ['that is not needed is free again', aVolume('v', ref()), claim({ volumeName: 'w' }), { do: 'unbind' }],
    [
      'that was made and is not needed is released',
      aVolume('v', policy('Delete', ref()), made),
      claim({ volumeName: 'w' }),
      { do: 'release' },
    ],
    [
      'that was not made for its claim is not deleted with it',
      aVolume('v', policy('Delete', ref())),
      claim({ volumeName: 'w' }),
      { do: 'unbind' },
    ],
    ['whose claim is gone is kept', aVolume('v', policy('Retain', ref())), undefined, { do: 'release' }],
    [
      'whose claim is gone is left to its provisioner',
      aVolume('v', policy('Delete', ref()), made),
      undefined,
      { do: 'release' },
    ],
    [
      'whose claim is gone is left to its CSI driver',
      aVolume('v', policy('Delete', { ...ref(), csi: { driver: 'd', volumeHandle: 'h' } })),
      undefined,
      { do: 'release' },
    ],
    [
      'that nobody deletes has failed',
      aVolume('v', policy('Delete', ref())),
      undefined,
      failed(
        'VolumeFailedDelete',
        'error getting deleter volume plugin for volume "v": no deletable volume plugin matched',
      ),
    ],
    [
      'that nobody recycles has failed',
      aVolume('v', policy('Recycle', ref())),
      undefined,
      failed('VolumeFailedRecycle', 'No recycler plugin found for the volume!'),
    ],
  ];
  for (const [what, volume, claim, plan] of table)
    it(what, () => assert.deepEqual(planVolume(volume, claim), plan));

  it('that is unbound forgets its claim, and stays reserved if a user has reserved it', () => {
    const free = unbound(aVolume('v', ref(), annotated(BOUND_BY_CONTROLLER, 'a')), BOUND_BY_CONTROLLER);
    assert.deepEqual([free.spec?.claimRef, free.metadata.annotations], [undefined, { a: 'yes' }]);
    const reserved = unbound(aVolume('v', ref()), BOUND_BY_CONTROLLER);
    assert.deepEqual(reserved.spec?.claimRef, { namespace: 'default', name: 'c' });
  });
});

describe('the status of a claim', () => {
  it('has what its volume has, and nothing of it without one', () => {
    const volume = aVolume('v', { volumeAttributesClassName: 'fast', capacity: { storage: '5Gi' } });
    const bound = claimStatus(aClaim('c'), 'Bound', volume);
    assert.deepEqual(bound, {
      phase: 'Bound',
      accessModes: ['ReadWriteOnce'],
      capacity: { storage: '5Gi' },
      currentVolumeAttributesClassName: 'fast',
    });
    const claim = { ...aClaim('c'), status: { ...bound, conditions: [] } };
    assert.deepEqual(claimStatus(claim, 'Lost'), { phase: 'Lost', conditions: [] });
    const grown = aVolume('v', { capacity: { storage: '9Gi' }, volumeAttributesClassName: 'slow' });
    assert.deepEqual(claimStatus(claim, 'Bound', grown), { ...bound, conditions: [] });
  });

  it('has the capacity from before a resize that has not ended', () => {
    const annotations = { 'volume.alpha.kubernetes.io/pre-resize-capacity': '3Gi' };
    const { capacity } = claimStatus(aClaim('c'), 'Bound', aVolume('v', {}, { annotations }));
    assert.deepEqual(capacity, { storage: '3Gi' });
  });

  it('needs a capacity', () =>
    assert.throws(() => claimStatus(aClaim('c'), 'Bound', aVolume('v', { capacity: {} })), {
      message: 'PersistentVolume "v" is without a storage capacity',
    }));
});

it('the driver that acts for an in-tree provisioner is named, and no other', () => {
  const ebs = { [STORAGE_PROVISIONER]: 'kubernetes.io/aws-ebs' };
  assert.deepEqual(migrated(ebs, 'claim'), { ...ebs, [MIGRATED_TO]: 'ebs.csi.aws.com' });
  assert.equal(migrated({ ...ebs, [MIGRATED_TO]: 'ebs.csi.aws.com' }, 'claim'), undefined);
  const other = { [PROVISIONED_BY]: 'd.example.com' };
  assert.deepEqual(migrated({ ...other, [MIGRATED_TO]: 'x' }, 'volume'), other);
  assert.equal(migrated({ a: 'b' }, 'claim'), undefined);
  assert.equal(migrated(undefined, 'claim'), undefined);
});
