// Whether the machine's kernel passes packets on, which is one switch for each family. Turned on for clusters that are not isolated,
// and back when the last of them goes. Called by create.ts and teardown/destroy.ts.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Family } from '../../api/addresses/prefix.ts';

const SWITCHES: Readonly<Record<Family, string>> = {
  IPv4: '/proc/sys/net/ipv4/ip_forward',
  IPv6: '/proc/sys/net/ipv6/conf/all/forwarding',
};
const LINKS = '/proc/sys/net/ipv6/conf';

/** What was found, and has to be there again. */
export interface Found {
  readonly on: boolean;
  /** Links on which the kernel heeded IPv6 routers, which it does on a machine that forwards only if it is told so once more. */
  readonly heeding: readonly string[];
}

export async function findForwarding(family: Family): Promise<Found> {
  const on = (await read(SWITCHES[family])) !== '0';
  return { on, heeding: family === 'IPv6' && !on ? await heedingLinks() : [] };
}

export async function allowForwarding(family: Family, { heeding }: Found): Promise<void> {
  for (const link of heeding) await heed(link, '2');
  await writeFile(SWITCHES[family], '1');
}

export async function restoreForwarding(family: Family, { on, heeding }: Found): Promise<void> {
  if (on) return;
  await writeFile(SWITCHES[family], '0');
  for (const link of heeding) await heed(link, '1');
}

/** The pseudo link `default` is among them: it stands for links that are still to come. */
async function heedingLinks(): Promise<string[]> {
  const links = await readdir(LINKS).catch(() => []);
  const accept = await Promise.all(links.map((link) => read(join(LINKS, link, 'accept_ra'))));
  return links.filter((link, i) => link !== 'all' && accept[i] === '1');
}

/** A link may have gone meanwhile. */
const heed = (link: string, how: string) =>
  writeFile(join(LINKS, link, 'accept_ra'), how).catch(() => undefined);

const read = async (path: string): Promise<string | undefined> =>
  (await readFile(path, 'utf8').catch(() => undefined))?.trim();
