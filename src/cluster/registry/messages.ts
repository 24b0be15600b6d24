// What the node agent and the process of the registry say to each other. Connections travel beside the messages that name them.
import type { ClusterOptions } from '../options.ts';

export interface RegistrySettings {
  /** Directory of the registry. */
  readonly root: string;
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Root's processes of this machine need no password. */
  readonly trustsRoot: boolean;
  /** File of mirrors and credentials. */
  readonly registries?: string;
  readonly log: string;
  readonly logLevel: ClusterOptions['logLevel'];
}

export type ToRegistry =
  | { readonly kind: 'settings'; readonly settings: RegistrySettings }
  /** With a connection over loopback. */
  | { readonly kind: 'user' }
  /** With a connection from a node. */
  | { readonly kind: 'node' };

/** Nothing has happened for a while; `taken`: how many connections it has got. The process may be ended if that is all of them. */
export interface FromRegistry {
  readonly kind: 'idle';
  readonly taken: number;
}
