// Where a cluster keeps its things. One directory per cluster; what must be found by name alone stands under /run/tiphys.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

export interface ClusterPaths {
  readonly root: string;
  /** The store's directory. */
  readonly store: string;
  /** Unix socket through which commands reach the process that has the store. */
  readonly storeControl: string;
  /** Automatic snapshots of the store. */
  readonly snapshots: string;
  /** Keys and certificates. */
  readonly pki: string;
  /** The administrator's kubeconfig. */
  readonly kubeconfig: string;
  readonly log: string;
  /** Requests of Ingresses and Gateways. */
  readonly accessLog: string;
  readonly auditLog: string;
  /** Pushed images, and copies of those of other registries. */
  readonly registry: string;
  /** The registry's port on 127.0.0.1 at the last start. */
  readonly registryPort: string;
  /** Mirrors and credentials, where no other file is named. */
  readonly registries: string;
  /** Unix socket through which `tiphys` commands reach the running process. */
  readonly control: string;
  /** Everything of one node: containerd, pods, logs. */
  node(name: string): string;
}

export const defaultDataDir = (cluster: string): string => join('/var/lib/tiphys', cluster);

export function clusterPaths(root: string): ClusterPaths {
  return {
    root,
    store: join(root, 'store'),
    storeControl: join(root, 'store.sock'),
    snapshots: join(root, 'snapshots'),
    pki: join(root, 'pki'),
    kubeconfig: join(root, 'kubeconfig'),
    log: join(root, 'tiphys.log'),
    auditLog: join(root, 'audit.log'),
    accessLog: join(root, 'access.log'),
    registry: join(root, 'registry'),
    registryPort: join(root, 'registry.port'),
    registries: join(root, 'registries.yaml'),
    control: join(root, 'control.sock'),
    node: (name) => join(root, 'nodes', name),
  };
}

/**
 * Makes the data directory and those in it that hold secrets (objects, keys, volumes): only the owner may look
 * in. A directory that was there before, which may hold other things too, keeps its own mode.
 */
export function makePrivate(root: string): void {
  const { store, pki, node } = clusterPaths(root);
  for (const directory of [root, store, pki, node('')])
    mkdirSync(directory, { recursive: true, mode: 0o700 });
}
