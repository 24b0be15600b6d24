// Where containerd asks for the images of a registry: a folder per registry host, re-read at every pull. `_default`
// stands for every host without one of its own. Called by the supervisor and by whoever offers a mirror.
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Registry host → URL of the server to ask instead. */
export type Registries = Readonly<Record<string, string>>;

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
