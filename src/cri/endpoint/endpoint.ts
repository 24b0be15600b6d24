// The addresses of a runtime that somebody else keeps running, as the kubelet's flags --container-runtime-endpoint and
// --image-service-endpoint name them. Pure. Called by connect.ts and, for its words, by `cluster`.

/** Path of the Unix socket; throws for what is no such socket. */
export function socketOf(endpoint: string): string {
  const path = endpoint.startsWith('unix://') ? endpoint.slice('unix://'.length) : endpoint;
  if (/^[a-z]+:\/\//.test(path))
    throw new Error(
      `endpoint "${endpoint}": only Unix sockets are supported, as unix:///run/containerd/containerd.sock`,
    );
  if (!path.startsWith('/'))
    throw new Error(`endpoint "${endpoint}": the path of the socket must be absolute`);
  // The kernel's limit for the address of a Unix socket is 108 bytes with the final zero.
  if (Buffer.byteLength(path) > 107) throw new Error(`endpoint "${endpoint}": too long for a Unix socket`);
  return path;
}
