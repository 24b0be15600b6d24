// `tiphys bundle`: one archive from which a machine without any network is installed: the package, Node.js, Debian's packages and
// images, with a script that verifies and installs them. Called by the command.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { TIPHYS_VERSION } from '../../api/meta/v1/version.ts';
import { UserError } from '../progress.ts';
import { type ArchivedFile, type Written, writeArchive } from './archive.ts';
import { type DebianRelease, debianRelease, downloadPackages } from './debian-packages.ts';
import { packageFiles } from './package-files.ts';

export interface BundleOptions {
  /** Of the package, or of a clone. */
  readonly root: string;
  readonly output: string;
  /** Archives of images, OCI or docker save. */
  readonly images: readonly string[];
  /** False leaves Debian's packages out. */
  readonly packages: boolean;
  readonly tell: (line: string) => void;
}

export const bundleName = (): string => `tiphys-${TIPHYS_VERSION}-linux-${process.arch}`;

export async function makeBundle(options: BundleOptions): Promise<Written> {
  const { root, output, packages, tell } = options;
  const images = imageFiles(options.images);
  const scratch = mkdtempSync(join(tmpdir(), 'tiphys-bundle-'));
  try {
    const release = packages ? await debianRelease() : undefined;
    const debs = packages ? await downloadPackages(root, join(scratch, 'apt')) : [];
    if (packages) tell(`${debs.length} Debian packages for ${release!.codename}`);
    const files = [
      ...packageFiles(root).map((path) => archived(join('package', path), join(root, path))),
      ...debs.map((path) => archived(join('packages', basename(path)), path)),
      ...images,
      { path: 'release', from: Buffer.from(releaseText(release)), mode: 0o644 },
      { path: 'install', from: join(root, 'bin/install-bundle'), mode: 0o755 },
    ];
    return await writeArchive(output, bundleName(), files);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Programs stay programs; other bits of the mode are the same for everybody. */
function archived(path: string, from: string): ArchivedFile {
  return { path, from, mode: (statSync(from).mode & 0o100) === 0 ? 0o644 : 0o755 };
}

function imageFiles(images: readonly string[]): ArchivedFile[] {
  const names = new Set<string>();
  return images.map((from) => {
    const name = basename(from);
    if (names.has(name)) throw new UserError(`--images: two files are called ${name}`);
    if (!statSync(from, { throwIfNoEntry: false })?.isFile())
      throw new UserError(`--images ${from}: there is no such file`);
    names.add(name);
    return { path: join('images', name), from, mode: 0o644 };
  });
}

/** Read by the script as variables of the shell. */
const releaseText = (release: DebianRelease | undefined): string =>
  [
    `version=${TIPHYS_VERSION}`,
    `machine=${process.arch === 'x64' ? 'x86_64' : 'aarch64'}`,
    `codename=${release?.codename ?? ''}`,
    `architecture=${release?.architecture ?? ''}`,
    '',
  ].join('\n');
