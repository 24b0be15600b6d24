// What a machine that has joined keeps in its root directory: the cluster's authority, its certificates, and what it knows of the
// cluster, so that a second start needs no token. Called by join.ts and bootstrap.ts.
import { join } from 'node:path';
import { readIfThere, writeAtomically } from '../pki/credential-files.ts';
import { makePrivate } from '../state/paths.ts';

export interface NodeFiles {
  readonly root: string;
  readonly ca: string;
  /** Certificate and key, with which the node speaks to the API. */
  readonly client: string;
  /** Of the kubelet's server. */
  readonly serving: string;
  readonly kubeconfig: string;
  /** Of the balancer. */
  readonly servers: string;
  readonly membership: string;
}

/** Once joined. */
export interface Membership {
  readonly name: string;
  /** https://HOST:PORT, as the user named them. */
  readonly servers: readonly string[];
  /** Of the cluster and this node; what was true at the last start. */
  readonly facts?: NodeFacts;
}

export interface NodeFacts {
  readonly podCidrs: readonly string[];
  /** Of all pods; empty where the cluster does not say. */
  readonly clusterCidrs: readonly string[];
  readonly clusterDns: readonly string[];
  readonly clusterDomain: string;
  /** The agents answer for the cluster's names, each on its node. */
  readonly answersNames: boolean;
  /** Ranges of addresses that nodes announce for LoadBalancer Services. */
  readonly pool?: readonly string[];
}

export function nodeFiles(root: string): NodeFiles {
  makePrivate(root);
  const pki = join(root, 'pki');
  return {
    root,
    ca: join(pki, 'ca.crt'),
    client: join(pki, 'kubelet-client-current.pem'),
    serving: join(pki, 'kubelet-server-current.pem'),
    kubeconfig: join(root, 'kubelet.conf'),
    servers: join(root, 'servers.json'),
    membership: join(root, 'membership.json'),
  };
}

/** Undefined where the machine has not joined. */
export function readMembership({ membership }: NodeFiles): Membership | undefined {
  const text = readIfThere(membership);
  try {
    return text ? (JSON.parse(text) as Membership) : undefined;
  } catch {
    return undefined;
  }
}

export const writeMembership = (files: NodeFiles, membership: Membership): void =>
  writeAtomically(files.membership, `${JSON.stringify(membership, undefined, 2)}\n`, { durable: true });
