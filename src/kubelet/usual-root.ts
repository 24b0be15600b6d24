// The kubelet's directory has two names on its node: its own, below the cluster's data, and that which manifests of drivers expect. A pod
// that mounts a hostPath below /var/lib/kubelet, and a driver that says where its socket is, mean the kubelet's directory.
// Called by the hostPath plug-in and the registry of plugins. Upstream has one name, the flag --root-dir of the kubelet.
import { join } from 'node:path';

/** Where upstream's kubelet has its directory unless told otherwise. */
export const USUAL_ROOT = '/var/lib/kubelet';

/** The path by which a kubelet with this root reaches a path of its node. */
export function reachedPath(root: string, path: string): string {
  const plain = join(path);
  return plain === USUAL_ROOT || plain.startsWith(`${USUAL_ROOT}/`)
    ? join(root, plain.slice(USUAL_ROOT.length))
    : path;
}
