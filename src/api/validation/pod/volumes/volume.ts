// Validates the volumes of a pod: a name and exactly one source each. What other sources need is in the files beside.
// Paths and messages follow k8s.io/kubernetes pkg/apis/core/validation. Called by pod-spec.ts.
import { addAll } from '../../../../kit/lists.ts';
import type { Volume } from '../../../kinds/core/v1/volume.ts';
import { shown } from '../../../status/shown.ts';
import {
  checkItems,
  complaints,
  duplicate,
  type FieldError,
  forbidden,
  invalid,
  required,
} from '../../field.ts';
import { isDNS1123Label, isDNS1123Subdomain } from '../../names.ts';
import { configMapErrors, downwardAPIErrors, secretErrors } from './api-content.ts';
import { awsErrors, azureDiskErrors, cinderErrors, gceErrors } from './cloud-disks.ts';
import {
  fcErrors,
  flockerErrors,
  iscsiErrors,
  iscsiNameErrors,
  nfsErrors,
  quobyteErrors,
  storageosErrors,
} from './network-storage.ts';
import { emptyDirErrors, gitRepoErrors, hostPathErrors, imageErrors } from './node-local.ts';
import { projectedErrors } from './projected.ts';
import { csiErrors, ephemeralErrors, flexErrors } from './provisioned.ts';
import { requiredFields } from './required-fields.ts';

/** Whose volumes they are. A template has no name yet. */
export interface Owner {
  readonly podName?: string;
  readonly inPod: boolean;
}

export interface CheckedVolumes {
  readonly errors: readonly FieldError[];
  /** Those without errors, by name. */
  readonly valid: ReadonlyMap<string, Volume>;
}

export function validateVolumes(
  volumes: readonly Volume[] | undefined,
  path: string,
  owner: Owner,
): CheckedVolumes {
  const errors: FieldError[] = [];
  const valid = new Map<string, Volume>();
  const created = claimsMadeFor(volumes, owner);
  checkItems(errors, volumes, (volume, i) => {
    const at = `${path}[${i}]`;
    const found = [...sourceErrors(volume, at, owner), ...nameErrors(volume.name, valid, `${at}.name`)];
    if (found.length === 0) valid.set(volume.name, volume);
    addAll(errors, found);
    const claimName = volume.persistentVolumeClaim?.claimName;
    if (claimName && created.has(claimName))
      errors.push(
        invalid(
          `${at}.persistentVolumeClaim.claimName`,
          claimName,
          'must not reference a PVC that gets created for an ephemeral volume',
        ),
      );
  });
  return { errors, valid };
}

const claimsMadeFor = (volumes: readonly Volume[] = [], { podName }: Owner): ReadonlySet<string> =>
  new Set(podName ? volumes.flatMap(({ name, ephemeral }) => (ephemeral ? [`${podName}-${name}`] : [])) : []);

function nameErrors(name: string, taken: ReadonlyMap<string, Volume>, path: string): FieldError[] {
  if (!name) return [required(path)];
  const errors = complaints(path, name, isDNS1123Label(name));
  return taken.has(name) ? [...errors, duplicate(path, name)] : errors;
}

type Source = Exclude<keyof Volume, 'name'>;

type Sources = { readonly [S in Source]-?: NonNullable<Volume[S]> };
type Checks = { readonly [S in Source]: (source: Sources[S], path: string, owner: Owner) => FieldError[] };

/** In upstream's order: of several sources, the first is the volume's. */
const checks: Checks = {
  emptyDir: emptyDirErrors,
  hostPath: hostPathErrors,
  gitRepo: gitRepoErrors,
  gcePersistentDisk: gceErrors,
  awsElasticBlockStore: awsErrors,
  secret: secretErrors,
  nfs: nfsErrors,
  iscsi: iscsiErrors,
  glusterfs: (source, path) => requiredFields(source, ['endpoints', 'path'], path),
  flocker: flockerErrors,
  persistentVolumeClaim: (source, path) => requiredFields(source, ['claimName'], path),
  rbd: (source, path) => requiredFields(source, ['monitors', 'image'], path),
  cinder: cinderErrors,
  cephfs: (source, path) => requiredFields(source, ['monitors'], path),
  quobyte: quobyteErrors,
  downwardAPI: downwardAPIErrors,
  fc: fcErrors,
  flexVolume: flexErrors,
  configMap: configMapErrors,
  azureFile: (source, path) => requiredFields(source, ['secretName', 'shareName'], path),
  vsphereVolume: (source, path) => requiredFields(source, ['volumePath'], path),
  photonPersistentDisk: (source, path) => requiredFields(source, ['pdID'], path),
  portworxVolume: (source, path) => requiredFields(source, ['volumeID'], path),
  azureDisk: azureDiskErrors,
  storageos: storageosErrors,
  projected: projectedErrors,
  scaleIO: (source, path) => requiredFields(source, ['gateway', 'system', 'volumeName'], path),
  csi: csiErrors,
  ephemeral: ephemeralErrors,
  image: (source, path, { inPod }) => imageErrors(source, path, inPod),
};

/** Where upstream's paths differ from the names of the fields. */
const pathsOfFirst: Readonly<Partial<Record<Source, string>>> = { gcePersistentDisk: 'persistentDisk' };
const pathsOfOthers: Readonly<Partial<Record<Source, string>>> = {
  cephfs: 'cephFS',
  downwardAPI: 'downwarAPI',
};

function sourceErrors(volume: Volume, path: string, owner: Owner): FieldError[] {
  const [first, ...others] = (Object.keys(checks) as Source[]).filter((source) => volume[source]);
  if (first === undefined) return [required(path, 'must specify a volume type')];
  const given = volume as Sources;
  const check = <S extends Source>(source: S) =>
    checks[source](given[source], `${path}.${pathsOfFirst[source] ?? source}`, owner);
  return [
    ...check(first),
    ...others.map((source) =>
      forbidden(`${path}.${pathsOfOthers[source] ?? source}`, 'may not specify more than 1 volume type'),
    ),
    ...(volume.iscsi ? iscsiNameErrors(volume.iscsi, volume.name, `${path}.name`) : []),
    ...(first === 'ephemeral' ? claimNameErrors(volume.name, owner, `${path}.name`) : []),
  ];
}

/** The claim that is made for an ephemeral volume is named after the pod and the volume. */
function claimNameErrors(volume: string, { podName }: Owner, path: string): FieldError[] {
  if (!podName || !volume) return [];
  const claim = `${podName}-${volume}`;
  return complaints(
    path,
    volume,
    isDNS1123Subdomain(claim).map((why) => `PVC name ${shown(claim)}: ${why}`),
  );
}
