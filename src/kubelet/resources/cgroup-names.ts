// How the cgroups of pods are called, as the kubelet's two drivers call them: cgroupfs by plain directories, systemd by slices
// whose names tell where they lie. Pure. Upstream: CgroupName in pkg/kubelet/cm/cgroup_manager_linux.go.
export type CgroupDriver = 'cgroupfs' | 'systemd';

/** Below kubepods: pods with guaranteed resources lie beside the other two. */
export type Tier = '' | 'burstable' | 'besteffort';
export const TIERS: readonly Tier[] = ['', 'burstable', 'besteffort'];

const POD = 'pod';

/** `root` is the path of a cgroup, '' for the root of all. */
export const kubepodsOf = (root: string): string[] => [...root.split('/').filter(Boolean), 'kubepods'];

export const tierOf = (root: string, tier: Tier): string[] => [...kubepodsOf(root), ...(tier ? [tier] : [])];

export const podCgroup = (root: string, tier: Tier, uid: string): string[] => [
  ...tierOf(root, tier),
  `${POD}${uid}`,
];

/** The path below a hierarchy's mount, which is also the cgroup_parent for the runtime. */
export const cgroupPath = (driver: CgroupDriver, parts: readonly string[]): string =>
  driver === 'systemd' ? slicePath(parts) : parts.map((part) => `/${part}`).join('');

/** A dash in a slice's name leads to the slice above it, so those of the parts become underscores. */
export const sliceName = (parts: readonly string[]): string =>
  `${parts.map((part) => part.replaceAll('-', '_')).join('-')}.slice`;

const slicePath = (parts: readonly string[]): string =>
  parts.map((_, i) => `/${sliceName(parts.slice(0, i + 1))}`).join('');

/** The uid of the pod whose cgroup has this name among those of its tier; undefined for others. */
export function podUidOf(driver: CgroupDriver, tier: readonly string[], name: string): string | undefined {
  if (driver === 'cgroupfs') return name.startsWith(POD) ? name.slice(POD.length) : undefined;
  const prefix = `${sliceName(tier).slice(0, -'.slice'.length)}-${POD}`;
  if (!name.startsWith(prefix) || !name.endsWith('.slice')) return undefined;
  return name.slice(prefix.length, -'.slice'.length).replaceAll('_', '-');
}
