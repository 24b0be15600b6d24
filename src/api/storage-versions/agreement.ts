// What API servers have in common of what they report in a StorageVersion. Used by the API server, which reports, by the garbage
// collector of reports, and by validation. Pure. Upstream: staging/src/k8s.io/apiserver/pkg/storageversion/updater.go.
import type {
  ServerStorageVersion,
  StorageVersion,
  StorageVersionCondition,
} from '../kinds/apiserverinternal/v1alpha1/storage-version.ts';

type Status = NonNullable<StorageVersion['status']>;

const TYPE = 'AllEncodingVersionsEqual';

/** The version that all servers encode in; undefined if they differ or if there are none. */
export function commonVersion(servers: readonly ServerStorageVersion[]): string | undefined {
  const first = servers[0]?.encodingVersion;
  return servers.every(({ encodingVersion }) => encodingVersion === first) ? first : undefined;
}

/** The status with these servers. `now`: RFC 3339. */
export function withServers(
  { metadata, status = {} }: Readonly<Pick<StorageVersion, 'metadata' | 'status'>>,
  storageVersions: ServerStorageVersion[],
  now: string,
): Status {
  const { commonEncodingVersion: former, ...rest } = status;
  const common = commonVersion(storageVersions);
  const known = status.conditions?.find(({ type }) => type === TYPE);
  const { generation } = metadata;
  const wanted = common === undefined ? UNSET : SET;
  // A common version that changes to another one is a transition, too.
  const isSame = known?.status === wanted.status && (former === undefined || former === common);
  const condition: StorageVersionCondition = {
    type: TYPE,
    ...wanted,
    ...(generation && { observedGeneration: generation }),
    lastTransitionTime: (isSame && known?.lastTransitionTime) || now,
  };
  const others = (status.conditions ?? []).filter((one) => one !== known);
  return {
    ...rest,
    storageVersions,
    ...(common !== undefined && { commonEncodingVersion: common }),
    conditions: [...others, condition],
  };
}

const SET = {
  status: 'True',
  reason: 'CommonEncodingVersionSet',
  message: 'Common encoding version set',
};

const UNSET = {
  status: 'False',
  reason: 'CommonEncodingVersionUnset',
  message: 'Common encoding version unset',
};
