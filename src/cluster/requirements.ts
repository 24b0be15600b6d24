// Checks what a cluster with nodes needs of the machine; each error is one line that says what to do.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Family } from '../api/addresses/prefix.ts';
import { findProgram } from '../cri/containerd/supervisor/oci-runtimes.ts';
import { pluginDirectory } from './nodes/cni.ts';
import type { PodNetworkMode } from './nodes/plan.ts';
import { PATH } from './nodes/shell.ts';
import { UserError } from './progress.ts';

const PROGRAMS: Readonly<Record<string, string>> = {
  containerd: 'containerd',
  nft: 'nftables',
  ip: 'iproute2',
  nsenter: 'util-linux',
  iptables: 'iptables',
  conntrack: 'conntrack',
};

/** `more`: further programs that this start needs, with their packages. */
export function checkRequirements(more: Readonly<Record<string, string>> = {}): void {
  if (process.getuid?.() !== 0)
    throw new UserError('nodes need root: run it as root, or start only the API with --nodes 0');
  const programs = { ...PROGRAMS, ...more };
  const missing = Object.keys(programs).filter((program) => !findProgram(program));
  if (missing.length > 0)
    throw new UserError(
      `${missing.join(', ')}: not found; apt-get install ${missing.map((p) => programs[p]).join(' ')}`,
    );
  if (!findProgram('runc') && !findProgram('crun'))
    throw new UserError('runc: not found; apt-get install runc');
  try {
    pluginDirectory();
  } catch {
    throw new UserError('the CNI plugins: not found; apt-get install containernetworking-plugins');
  }
  if (!existsSync('/sys/fs/cgroup'))
    throw new UserError('/sys/fs/cgroup is not mounted; nodes need control groups');
}

export function checkFamilies(families: readonly Family[]): void {
  if (families.includes('IPv6') && !existsSync('/proc/net/if_inet6'))
    throw new UserError(`--ip-families ${families.join()}: this machine's kernel has no IPv6`);
}

export function checkPodNetwork(podNetwork: PodNetworkMode): void {
  if (podNetwork !== 'wireguard') return;
  if (!findProgram('wg'))
    throw new UserError('--pod-network wireguard: wg: not found; apt-get install wireguard-tools');
  const { status } = spawnSync('modprobe', ['wireguard'], { stdio: 'ignore', env: { PATH } });
  if (status !== 0 && !existsSync('/sys/module/wireguard'))
    throw new UserError('--pod-network wireguard: this kernel has no WireGuard; use vxlan');
}
