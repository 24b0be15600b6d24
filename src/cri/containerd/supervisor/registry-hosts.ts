// containerd's configuration of registries: a folder per registry host with a hosts.toml, read at every pull. `_default` is for
// every host without a folder. Called by the supervisor, by `cluster` and by tests.
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Registry host → URL of the server to ask instead. */
export type Registries = Readonly<Record<string, string>>;

/** Of a connection by TLS; paths are absolute. */
export interface HostTls {
  readonly ca?: string;
  readonly client?: { readonly certificate: string; readonly key: string };
  readonly skipVerify?: boolean;
}

export interface RegistryHost extends HostTls {
  /** Asked last, or alone; the one in the image's name when left out. */
  readonly server?: string;
  /** Asked first. */
  readonly mirror?: HostTls & { readonly url: string };
}

export async function writeRegistryHosts(directory: string, registries: Registries): Promise<void> {
  for (const [host, url] of Object.entries(registries)) {
    await mkdir(join(directory, host), { recursive: true });
    await writeFile(join(directory, host, 'hosts.toml'), hostsToml(url));
  }
}

export function hostsToml(url: string): string {
  const quoted = JSON.stringify(url);
  return `server = ${quoted}\n[host.${quoted}]\n  capabilities = ["pull", "resolve"]\n`;
}

/** The first line of files that keepRegistryHosts may change and remove. */
const MARK = '# Written by tiphys: changes are lost at the next start.\n';

/** Makes the folders of `hosts`, and removes those that it made earlier for others. What users have made stays as it is. */
export async function keepRegistryHosts(
  directory: string,
  hosts: ReadonlyMap<string, RegistryHost>,
): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const name of await readdir(directory)) {
    if (hosts.has(name)) continue;
    const text = await readFile(join(directory, name, 'hosts.toml'), 'utf8').catch(() => '');
    if (text.startsWith(MARK)) await rm(join(directory, name), { recursive: true, force: true });
  }
  for (const [name, host] of hosts) {
    const path = join(directory, name, 'hosts.toml');
    const found = await readFile(path, 'utf8').catch(() => undefined);
    const text = registryHostToml(host);
    if (found === text || (found !== undefined && !found.startsWith(MARK))) continue;
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }
}

export function registryHostToml({ server, mirror, ...tls }: RegistryHost): string {
  const own = `${server ? `server = ${JSON.stringify(server)}\n` : ''}${tlsToml(tls, '')}`;
  if (!mirror) return `${MARK}${own}`;
  const { url, ...mirrorTls } = mirror;
  return `${MARK}${own}[host.${JSON.stringify(url)}]
  capabilities = ["pull", "resolve"]
${tlsToml(mirrorTls, '  ')}`;
}

function tlsToml({ ca, client, skipVerify }: HostTls, indent: string): string {
  const text = JSON.stringify;
  return [
    ca && `ca = ${text(ca)}`,
    client && `client = [[${text(client.certificate)}, ${text(client.key)}]]`,
    skipVerify && 'skip_verify = true',
  ]
    .filter(Boolean)
    .map((line) => `${indent}${line}\n`)
    .join('');
}
