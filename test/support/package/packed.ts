// The package as it is published: packed from a copy of this repository, and installed into an empty directory as a user would, with a home
// and a PATH of its own. Nothing is asked of a registry: what npm needs lies in its cache since bin/setup.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ExecResult, exec, tryExec } from '../../../src/kit/exec.ts';
import { repository } from '../cluster.ts';

const COPIED = ['bin', 'src', 'tools', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE', '.npmrc'];

export interface Packed {
  /** Bytes of the archive. */
  readonly size: number;
  /** Paths in it. */
  readonly files: readonly string[];
  readonly directory: string;
  /** Runs a program of the package by npx, in the directory where it is installed. */
  npx(...words: string[]): Promise<string>;
  tryNpx(...words: string[]): Promise<ExecResult>;
  remove(): void;
}

export async function installPackage(): Promise<Packed> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'tph-packed-')));
  const clone = join(directory, 'clone');
  for (const path of COPIED) cpSync(join(repository, path), join(clone, path), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(clone, 'node_modules'));
  const packed = await exec(['npm', 'pack', '--json', '--silent', '--pack-destination', directory], {
    cwd: clone,
  });
  const [{ filename, size, files }] = JSON.parse(packed.slice(packed.indexOf('[\n')));
  rmSync(clone, { recursive: true });
  const app = join(directory, 'app');
  await install(app, join(directory, filename));
  const run = { cwd: app, env: await bareEnvironment(directory) };
  const command = (words: string[]) => ['npx', '--offline', ...words];
  return {
    size,
    files: files.map(({ path }: { path: string }) => path),
    directory,
    npx: (...words) => exec(command(words), run),
    tryNpx: (...words) => tryExec(command(words), run),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  };
}

/** With a lock file, npm finds packages in its cache by their digests; without one it would ask a registry for versions. */
async function install(app: string, archive: string): Promise<void> {
  const read = (name: string) => JSON.parse(readFileSync(join(repository, name), 'utf8'));
  const { version, bin, optionalDependencies } = read('package.json');
  const locked = read('package-lock.json').packages;
  const resolved = `file:${archive}`;
  const others = Object.keys(optionalDependencies).map((name) => [
    `node_modules/${name}`,
    locked[`node_modules/${name}`],
  ]);
  const dependencies = { tiphys: resolved };
  const packages = {
    '': { dependencies },
    'node_modules/tiphys': { version, resolved, bin, optionalDependencies },
    ...Object.fromEntries(others),
  };
  mkdirSync(app);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ private: true, dependencies }));
  writeFileSync(join(app, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
  await exec(['npm', 'ci', '--offline', '--no-audit', '--no-fund', '--silent'], { cwd: app });
}

/** PATH has the system's programs and the Node.js that npm runs with, and nothing of this repository. */
async function bareEnvironment(directory: string): Promise<Record<string, string>> {
  const home = join(directory, 'home');
  const programs = join(directory, 'programs');
  mkdirSync(home);
  mkdirSync(programs);
  const npm = realpathSync((await exec(['sh', '-c', 'command -v npx'])).trim());
  const path = (process.env.PATH ?? '').split(':').filter((one) => !one.includes('node_modules'));
  const node = (await exec(['sh', '-c', 'command -v node'], { env: { PATH: path.join(':') } })).trim();
  symlinkSync(node, join(programs, 'node'));
  symlinkSync(npm, join(programs, 'npx'));
  symlinkSync(join(dirname(npm), 'npm-cli.js'), join(programs, 'npm'));
  const cleared = Object.fromEntries(
    Object.keys(process.env)
      .filter((name) => /^(npm_|TIPHYS_|KUBE|NODE_|XDG_)/.test(name))
      .map((name) => [name, '']),
  );
  return { ...cleared, HOME: home, PATH: `${programs}:/usr/sbin:/usr/bin:/sbin:/bin` };
}
