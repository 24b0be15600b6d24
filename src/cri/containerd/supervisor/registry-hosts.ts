// containerd's mirror configuration: a folder per registry host with a hosts.toml, read at every pull. `_default` is for
// every host without a folder. Called by the supervisor and by tests.
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
