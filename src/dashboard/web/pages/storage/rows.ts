// What the tables of storage show. Pure.
import type { PersistentVolume } from '../../../../api/kinds/core/v1/persistent-volume.ts';
import type { PersistentVolumeClaim } from '../../../../api/kinds/core/v1/persistent-volume-claim.ts';
import type { Pod } from '../../../../api/kinds/core/v1/pod.ts';
import type { StorageClass } from '../../../../api/kinds/storage/v1/storage-class.ts';
import { isBeingDeleted, keyOf, nameOf, namespaceOf } from '../../../../api/meta/v1/object.ts';
import { approximate } from '../../../../api/quantity/quantity.ts';
import { DEFAULT_CLASS } from '../../../../api/volumes/annotations.ts';
import { classOfClaim, classOfVolume } from '../../../../api/volumes/classes.ts';
import type { ClaimFacts } from '../../../../api/why/volumes/facts.ts';
import { growthProblems } from '../../../../api/why/volumes/growth.ts';
import { waitingProblems } from '../../../../api/why/volumes/waiting.ts';

export interface ClaimRow {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
  readonly phase: string;
  readonly class: string;
  readonly volume: string;
  readonly modes: string;
  /** Bytes: of the volume, or asked for while there is none. */
  readonly size: number;
  /** Names of pods. */
  readonly users: readonly string[] | undefined;
  readonly used: number | undefined;
  /** Why it waits or does not grow; empty if all is well. */
  readonly why: string;
  readonly created: number;
}

export interface ClaimUser {
  readonly pod: string;
  /** Empty while it has none. */
  readonly node: string;
}

/** Each undefined where it may not be read. */
export interface Known {
  readonly classes: readonly Readonly<StorageClass>[] | undefined;
  readonly volumes: readonly Readonly<PersistentVolume>[] | undefined;
  readonly users: Readonly<Record<string, readonly ClaimUser[]>> | undefined;
  readonly use: Readonly<Record<string, { readonly used: number; readonly capacity: number }>>;
}

export function claimRow(claim: Readonly<PersistentVolumeClaim>, known: Known): ClaimRow {
  const key = keyOf(claim);
  const { spec, status } = claim;
  const use = known.use[key];
  const users = known.users && (known.users[key] ?? []);
  const size = status?.capacity?.storage ?? spec?.resources?.requests?.storage ?? '0';
  return {
    ...{ key, namespace: namespaceOf(claim), name: nameOf(claim) },
    phase: isBeingDeleted(claim) ? 'Terminating' : (status?.phase ?? 'Pending'),
    ...{ class: classOfClaim(claim), volume: spec?.volumeName ?? '' },
    modes: (status?.accessModes ?? spec?.accessModes ?? []).map(shortMode).join(', '),
    size: use?.capacity ?? approximate(size),
    ...{ users: users?.map(({ pod }) => pod), used: use?.used, why: whyOf(claim, known, users) },
    created: timeOf(claim.metadata.creationTimestamp),
  };
}

function whyOf(
  claim: Readonly<PersistentVolumeClaim>,
  { classes, volumes }: Known,
  users: readonly ClaimUser[] | undefined,
): string {
  const find = <T extends { readonly metadata: { readonly name?: string } }>(
    list: readonly Readonly<T>[] | undefined,
    name: string,
  ): Readonly<T> | 'missing' | 'hidden' => {
    if (!list) return 'hidden';
    return list.find((one) => one.metadata.name === name) ?? 'missing';
  };
  const facts: ClaimFacts = {
    claim,
    class: find(classes, classOfClaim(claim)),
    volume: find(volumes, claim.spec?.volumeName ?? ''),
    ...{ candidates: [], node: 'hidden', events: [] },
    ...(users && { pods: users.map(podOf) }),
  };
  return [...waitingProblems(facts), ...growthProblems(facts)]
    .map(({ where, message }) => (where === 'claim' ? message : `${where}: ${message}`))
    .join('; ');
}

export interface VolumeRow {
  readonly name: string;
  readonly phase: string;
  readonly class: string;
  /** Bytes. */
  readonly size: number;
  /** `namespace/name`; empty if it is nobody's. */
  readonly claim: string;
  readonly policy: string;
  readonly driver: string;
  readonly modes: string;
  readonly message: string;
  readonly created: number;
}

export function volumeRow(volume: Readonly<PersistentVolume>): VolumeRow {
  const { spec, status } = volume;
  const { claimRef } = spec ?? {};
  return {
    name: nameOf(volume),
    phase: isBeingDeleted(volume) ? 'Terminating' : (status?.phase ?? 'Pending'),
    class: classOfVolume(volume),
    size: approximate(spec?.capacity?.storage ?? '0'),
    claim: claimRef ? `${claimRef.namespace}/${claimRef.name}` : '',
    policy: spec?.persistentVolumeReclaimPolicy ?? 'Retain',
    driver: spec?.csi?.driver ?? Object.keys(spec ?? {}).find((field) => SOURCES.has(field)) ?? '',
    modes: (spec?.accessModes ?? []).map(shortMode).join(', '),
    message: status?.message ?? '',
    created: timeOf(volume.metadata.creationTimestamp),
  };
}

const SOURCES: ReadonlySet<string> = new Set(['hostPath', 'local', 'nfs', 'iscsi', 'fc']);

export interface ClassRow {
  readonly name: string;
  readonly isDefault: boolean;
  readonly provisioner: string;
  readonly policy: string;
  readonly binding: string;
  readonly expands: boolean;
  readonly created: number;
}

export const classRow = (found: Readonly<StorageClass>): ClassRow => ({
  name: nameOf(found),
  isDefault: found.metadata.annotations?.[DEFAULT_CLASS] === 'true',
  provisioner: found.provisioner,
  policy: found.reclaimPolicy ?? 'Delete',
  binding: found.volumeBindingMode ?? 'Immediate',
  expands: found.allowVolumeExpansion === true,
  created: timeOf(found.metadata.creationTimestamp),
});

const podOf = ({ pod, node }: ClaimUser): Pod => ({
  ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name: pod } },
  spec: { containers: [], ...(node && { nodeName: node }) },
});

const MODES: Readonly<Record<string, string>> = {
  ReadWriteOnce: 'RWO',
  ReadOnlyMany: 'ROX',
  ReadWriteMany: 'RWX',
  ReadWriteOncePod: 'RWOP',
};

const shortMode = (mode: string): string => MODES[mode] ?? mode;

const timeOf = (text: string | undefined): number => (text ? Date.parse(text) : 0);
