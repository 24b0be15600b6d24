// What a node needs of its control plane. Made by the caller that starts the node: over HTTPS with the node's certificate.
import type { Client } from '../../client/client.ts';
import type { InformerFactory } from '../../client/informer/factory.ts';
import type { KubeletServerTls } from '../../kubelet/server/server.ts';

export interface NodeAccess {
  /** As system:node:NAME. */
  readonly client: Client;
  /** What the kubelet sees, with the node's own rights. */
  readonly informers: InformerFactory;
  /** Of the kubelet's server, as it is now. */
  readonly tls: () => KubeletServerTls;
}
