// Where a registry's images are fetched, in which order, and how each place is spoken to. Pure.
import { EVERY, type Mirror, type Registries, type RegistryConfig } from './registries-file.ts';

export interface Endpoint {
  /** Without a slash at its end; what follows is /v2/…, unless it has a path. */
  readonly url: string;
  readonly config: RegistryConfig;
  /** False for the registry itself: its names are not rewritten. */
  readonly isMirror: boolean;
}

/** As docker knows Docker Hub, and where its registry is. */
const HUB = 'docker.io';
const HUB_URL = 'https://registry-1.docker.io';

/** The registry's own place, asked after its mirrors. */
export const ownUrl = (host: string): string => (host === HUB ? HUB_URL : `https://${host}`);

export const mirrorOf = (registries: Registries, host: string): Mirror | undefined =>
  registries.mirrors.get(host) ?? registries.mirrors.get(EVERY);

/** Whether images of this registry are fetched here. */
export const isServed = (registries: Registries, host: string): boolean =>
  mirrorOf(registries, host) !== undefined || registries.configs.has(host);

export function endpointsOf(registries: Registries, host: string): Endpoint[] {
  const own = ownUrl(host);
  const mirrors = mirrorOf(registries, host)?.endpoints ?? [];
  const sameHost = (url: string) => hostOf(url) === hostOf(own);
  return [
    ...mirrors.map((url) => ({ url, config: configOf(registries, url), isMirror: !sameHost(url) })),
    ...(mirrors.some(sameHost)
      ? []
      : [{ url: own, config: configOf(registries, own, host), isMirror: false }]),
  ];
}

export const hostOf = (url: string): string => new URL(url).host;

function configOf(registries: Registries, url: string, alias?: string): RegistryConfig {
  const { configs } = registries;
  const { host, hostname, port, protocol } = new URL(url);
  const full = `${hostname}:${port || (protocol === 'http:' ? '80' : '443')}`;
  const hub = host === hostOf(HUB_URL) ? HUB : undefined;
  const names = [host, full, alias, hub].filter((name) => name !== undefined);
  const found = names.map((name) => configs.get(name)).find((config) => config !== undefined);
  return found ?? configs.get(EVERY) ?? {};
}
