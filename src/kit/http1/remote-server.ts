// What a kubeconfig file says of a server that this one asks or tells: about audit events, tokens and access. Read by cluster/,
// which knows kubeconfig files; used by post.ts.

export interface RemoteServer {
  /** With a path, as https://host:port/events. */
  readonly url: string;
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  readonly token?: string;
  /** The name that the certificate must have, in place of the URL's. */
  readonly serverName?: string;
  readonly insecureSkipVerify?: boolean;
}
