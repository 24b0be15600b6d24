import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CSIDriver } from '../../../kinds/storage/v1/csi-driver.ts';
import { CSINode } from '../../../kinds/storage/v1/csi-node.ts';
import { CSIStorageCapacity } from '../../../kinds/storage/v1/csi-storage-capacity.ts';
import { StorageClass } from '../../../kinds/storage/v1/storage-class.ts';
import { VolumeAttachment } from '../../../kinds/storage/v1/volume-attachment.ts';
import { VolumeAttributesClass } from '../../../kinds/storage/v1/volume-attributes-class.ts';
import { created, statusUpdated, updated } from '../checks.fake.ts';

const storageClass = (changes: object = {}) => ({
  provisioner: 'a.b/c',
  reclaimPolicy: 'Delete',
  volumeBindingMode: 'Immediate',
  ...changes,
});

test('a storage class has a provisioner, parameters of limited size, and topologies that differ', () => {
  const expression = (key: string, ...values: string[]) => ({ matchLabelExpressions: [{ key, values }] });
  const cases: [object, string[]][] = [
    [{}, []],
    [{ provisioner: '' }, ['provisioner: Required value']],
    [
      { reclaimPolicy: 'Recycle' },
      ['reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"'],
    ],
    [
      { parameters: { a: 'x'.repeat(256 * 1024) } },
      ['parameters: Too long: may not be more than 262144 bytes'],
    ],
    [
      { parameters: Object.fromEntries(Array.from({ length: 513 }, (_, i) => [`k${i}`, ''])) },
      ['parameters: Too long: may not be more than 512 bytes'],
    ],
    [
      { allowedTopologies: [expression('zone', 'a', 'b'), expression('zone', 'b', 'a')] },
      ['allowedTopologies[1].matchLabelExpressions: Duplicate value: ""'],
    ],
    [
      { allowedTopologies: [expression('zone', 'a', 'a'), expression('zone')] },
      [
        'allowedTopologies[0].matchLabelExpressions[0].values[1]: Duplicate value: "a"',
        'allowedTopologies[1].matchLabelExpressions[0].values: Required value',
      ],
    ],
  ];
  for (const [changes, errors] of cases)
    assert.deepEqual(created(StorageClass, storageClass(changes)), errors);
  assert.deepEqual(
    updated(StorageClass, storageClass({ parameters: { a: 'b' }, reclaimPolicy: 'Retain' }), storageClass()),
    [
      'parameters: Invalid value: {"a":"b"}: field is immutable',
      'reclaimPolicy: Invalid value: "Retain": field is immutable',
    ],
  );
});

test('a volume attributes class has parameters, which do not change', () => {
  const attributes = (parameters: object) => ({ driverName: 'a.b', parameters });
  assert.deepEqual(created(VolumeAttributesClass, attributes({})), [
    'parameters: Required value: must contain at least one key/value pair',
  ]);
  assert.deepEqual(updated(VolumeAttributesClass, attributes({ a: '2' }), attributes({ a: '1' })), [
    'parameters: Forbidden: updates to parameters are forbidden.',
  ]);
});

const driver = (spec: object = {}) => ({
  spec: {
    attachRequired: true,
    podInfoOnMount: false,
    storageCapacity: false,
    seLinuxMount: false,
    fsGroupPolicy: 'File',
    volumeLifecycleModes: ['Persistent'],
    ...spec,
  },
});

test('the fields of a CSI driver are checked, and whether it attaches is fixed', () => {
  const cases: [object, string[]][] = [
    [{}, []],
    [{ attachRequired: undefined }, ['spec.attachedRequired: Required value']],
    [
      { fsGroupPolicy: 'All' },
      [
        'spec.fsGroupPolicy: Unsupported value: "All": supported values: "File", "None", "ReadWriteOnceWithFSType"',
      ],
    ],
    [
      {
        tokenRequests: [
          { audience: 'a', expirationSeconds: 10 },
          { audience: 'a', expirationSeconds: 10 },
        ],
      },
      [
        'spec.tokenRequests[0].expirationSeconds: Invalid value: 10: may not specify a duration less than 10 minutes',
        'spec.tokenRequests[1].audience: Duplicate value: "a"',
      ],
    ],
    [
      { nodeAllocatableUpdatePeriodSeconds: 9 },
      [
        'spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds',
      ],
    ],
    [
      { serviceAccountTokenInSecrets: true },
      [
        'spec.serviceAccountTokenInSecrets: Invalid value: true: serviceAccountTokenInSecrets is set but no tokenRequests are specified',
      ],
    ],
  ];
  for (const [spec, errors] of cases) assert.deepEqual(created(CSIDriver, driver(spec)), errors);
  assert.deepEqual(updated(CSIDriver, driver({ attachRequired: false }), driver()), [
    'spec.attachedRequired: Invalid value: false: field is immutable',
  ]);
});

test('the drivers of a CSI node have names and ids, and keep them', () => {
  const node = (...drivers: object[]) => ({ spec: { drivers } });
  const one = { name: 'a.b', nodeID: 'n', topologyKeys: ['zone'] };
  assert.deepEqual(created(CSINode, node(one, { ...one, nodeID: '', topologyKeys: ['zone', 'zone'] })), [
    'spec.drivers[1].nodeID: Required value',
    'spec.drivers[1].name: Duplicate value: "a.b"',
    'spec.drivers[1]: Duplicate value: "zone"',
  ]);
  assert.deepEqual(created(CSINode, node({ ...one, nodeID: 'x'.repeat(257) })), [
    `spec.drivers[0].nodeID: Invalid value: "${'x'.repeat(257)}": must be 256 characters or less`,
  ]);
  const allocatable = { count: 3 };
  assert.deepEqual(updated(CSINode, node({ ...one, allocatable }), node(one)), []);
  assert.match(
    updated(CSINode, node({ ...one, nodeID: 'm' }), node(one))[0]!,
    /^spec\.drivers: Invalid value: .*: field is immutable$/,
  );
});

test('a capacity is not negative, and its class and topology are fixed', () => {
  const capacity = (changes: object) => ({ storageClassName: 'a', capacity: '1Gi', ...changes });
  assert.deepEqual(created(CSIStorageCapacity, capacity({ capacity: '-1' })), [
    'capacity: Invalid value: "-1": must be greater than or equal to 0',
  ]);
  assert.deepEqual(
    updated(
      CSIStorageCapacity,
      capacity({ storageClassName: 'b', nodeTopology: {} }),
      capacity({ nodeTopology: { matchLabels: { a: 'b' } } }),
    ),
    [
      'nodeTopology: Invalid value: {}: field is immutable',
      'storageClassName: Invalid value: "b": field is immutable',
    ],
  );
});

test('an attachment is of one volume, and fixed', () => {
  const attachment = (source: object, more: object = {}) => ({
    spec: { attacher: 'a.b', nodeName: 'n', source },
    ...more,
  });
  const exactlyOne = 'must specify exactly one of inlineVolumeSpec and persistentVolumeName';
  const csi = { driver: 'a.b', volumeHandle: 'h' };
  const inline = { accessModes: ['ReadWriteOnce'], csi };
  const cases: [object, string[]][] = [
    [{ persistentVolumeName: 'v' }, []],
    [{ inlineVolumeSpec: inline }, []],
    [{}, [`spec.source: Required value: ${exactlyOne}`]],
    [{ persistentVolumeName: 'v', inlineVolumeSpec: inline }, [`spec.source: Forbidden: ${exactlyOne}`]],
    [
      { inlineVolumeSpec: { ...inline, capacity: { storage: '1' }, volumeMode: 'Block' } },
      [
        'spec.source.inlineVolumeSpec.capacity: Forbidden: may not be specified in the context of inline volumes',
        'spec.source.inlineVolumeSpec.volumeMode: Forbidden: may not specify volumeMode other than Filesystem in the context of inline volumes',
      ],
    ],
  ];
  for (const [source, errors] of cases)
    assert.deepEqual(created(VolumeAttachment, attachment(source)), errors);
  const [changed] = updated(
    VolumeAttachment,
    attachment({ persistentVolumeName: 'w' }),
    attachment({ persistentVolumeName: 'v' }),
  );
  assert.match(changed!, /^spec: Invalid value: .*: field is immutable$/);
  const status = { attached: false, attachError: { message: 'x'.repeat(1025), errorCode: -1 } };
  assert.deepEqual(statusUpdated(VolumeAttachment, attachment({ persistentVolumeName: 'v' }, { status })), [
    'status.attachError.message: Too long: may not be more than 262144 bytes',
    'status.attachError.errorCode: Invalid value: -1: must be between 0 and 2147483647, inclusive',
  ]);
});
