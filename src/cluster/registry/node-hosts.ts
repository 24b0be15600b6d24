// What containerd of each node is told of registries: the cluster's own, and those that registries.yaml names, are asked at the
// machine's address with the nodes' certificate. Pure.
import type { HostTls, RegistryHost } from '../../cri/containerd/supervisor/registry-hosts.ts';
import { endpointsOf, ownUrl } from '../../registry/upstream/endpoints.ts';
import { EVERY, type Registries } from '../../registry/upstream/registries-file.ts';
import type { NodeCredential } from './files.ts';

export interface NodeHostsOptions {
  /** https://ADDRESS:PORT of the nodes' door. */
  readonly url: string;
  /** Ports on 127.0.0.1 that the registry has, or had when images were named. */
  readonly ports: readonly number[];
  readonly credential: NodeCredential;
  readonly registries?: Registries;
}

export function nodeHosts({
  url,
  ports,
  credential,
  registries,
}: NodeHostsOptions): Map<string, RegistryHost> {
  const { ca, certificate, key } = credential;
  const door: HostTls = { ca, client: { certificate, key } };
  const own = ports.flatMap((port) => [`localhost:${port}`, `127.0.0.1:${port}`]);
  // containerd 1.6 ignores a file that names no host besides the server.
  const here: RegistryHost = { server: url, ...door, mirror: { url, ...door } };
  const hosts = new Map<string, RegistryHost>(own.map((name) => [name, here]));
  const served = [...(registries?.mirrors.keys() ?? []), ...(registries?.configs.keys() ?? [])];
  for (const host of new Set(served)) {
    if (own.includes(host)) continue;
    if (host !== EVERY) hosts.set(host, copied(host, { url, ...door }, registries!));
    // Without a server of its own, containerd asks the one in the image's name last.
    else hosts.set('_default', { mirror: { url, ...door } });
  }
  return hosts;
}

/** Pods' own credentials are for the registry itself, which is asked last. */
function copied(host: string, mirror: RegistryHost['mirror'], registries: Registries): RegistryHost {
  const last = endpointsOf(registries, host).find(({ isMirror }) => !isMirror);
  const { caFile, certFile, keyFile, insecureSkipVerify } = last?.config.tls ?? {};
  return {
    server: last?.url ?? ownUrl(host),
    ...(caFile && { ca: caFile }),
    ...(certFile && keyFile && { client: { certificate: certFile, key: keyFile } }),
    ...(insecureSkipVerify && { skipVerify: true }),
    ...(mirror && { mirror }),
  };
}
