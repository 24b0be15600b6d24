// The Debian packages that nodes and servers need and that a minimal Debian lacks, with all that these depend on, as apt of this
// machine finds and verifies them. Called by bundle.ts.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exec } from '../../kit/exec.ts';
import { UserError } from '../progress.ts';

/** Also what only some need: an etcd beside servers, tunnels with WireGuard. */
const OPTIONAL = ['etcd', 'wg'];

export interface DebianRelease {
  /** Such as bookworm. */
  readonly codename: string;
  /** As dpkg calls it. */
  readonly architecture: string;
}

export async function debianRelease(): Promise<DebianRelease> {
  const text = readFileSync('/etc/os-release', 'utf8');
  const field = (name: string) => new Map(text.split('\n').map(assignment)).get(name) ?? '';
  if (field('ID') !== 'debian') throw new UserError('bundle takes its packages from Debian: run it there');
  return {
    codename: field('VERSION_CODENAME'),
    architecture: (await exec(['dpkg', '--print-architecture'])).trim(),
  };
}

/** Brings the packages' files into `directory`, which is scratch space; resolves with their paths. */
export async function downloadPackages(root: string, directory: string): Promise<string[]> {
  for (const part of ['archives/partial', 'state']) mkdirSync(join(directory, part), { recursive: true });
  const wanted = lines(await exec([join(root, 'bin/setup'), '--list', ...OPTIONAL]));
  const status = join(directory, 'state/status');
  writeFileSync(status, '');
  writeFileSync(status, await minimalSystem(aptWith(status, directory), directory));
  const apt = aptWith(status, directory);
  await exec([...apt, '--download-only', 'install', ...wanted]).catch((error) => {
    throw new UserError(`apt-get cannot download the packages (apt-get update first?): ${error.message}`);
  });
  const archives = join(directory, 'archives');
  const files = readdirSync(archives).filter((name) => name.endsWith('.deb'));
  return files.sort().map((name) => join(archives, name));
}

/** As if nothing but what `status` names were installed. */
const aptWith = (status: string, directory: string): string[] => [
  ...['apt-get', '-qq', '-y', '--no-install-recommends'],
  ...['-o', `Dir::State::status=${status}`, '-o', `Dir::Cache::archives=${join(directory, 'archives')}`],
  ...['-o', `Dir::Cache::pkgcache=${join(directory, 'pkgcache')}`, '-o', `Dir::Cache::srcpkgcache=`],
  ...['-o', 'Debug::NoLocking=true', '-o', 'APT::Sandbox::User=root', '-o', 'APT::Install-Recommends=false'],
  // What keeps a container small would throw the files away.
  ...['-o', 'DPkg::Post-Invoke::=', '-o', 'Binary::apt-get::APT::Keep-Downloaded-Packages=true'],
];

/** dpkg's notes of a system with the required packages, and what these depend on, alone. */
async function minimalSystem(apt: readonly string[], directory: string): Promise<string> {
  const all = await exec(['apt-cache', 'dumpavail']);
  const required = all
    .split('\n\n')
    .filter((stanza) => /^(Priority: required|Essential: yes)$/m.test(stanza))
    .flatMap((stanza) => /^Package: (.*)$/m.exec(stanza)?.[1] ?? []);
  const plan = await exec([...apt, '--simulate', 'install', ...new Set(required)]);
  const chosen = plan.split('\n').flatMap((line) => {
    const found = /^Inst (\S+) \((\S+) /.exec(line);
    return found ? [`${found[1]}=${found[2]}`] : [];
  });
  if (chosen.length === 0) throw new UserError(`apt knows no packages: apt-get update (${directory})`);
  const shown = await exec(['apt-cache', 'show', '--no-all-versions', ...chosen]);
  return shown.replaceAll(/^(Package: .*)$/gm, '$1\nStatus: install ok installed');
}

const lines = (text: string): string[] => text.split('\n').filter(Boolean);

function assignment(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1).replaceAll('"', '')];
}
