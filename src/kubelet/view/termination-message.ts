// The termination message of an exited container: the file at its terminationMessagePath, or the end of its log. Both may be
// of any size, so only the part that is wanted is read. Called by runtime-view.ts once for each exit.
import type { ContainerStatus } from '../../cri/runtime.ts';
import { logFile } from '../containers/log-rotation.ts';
import { type NodeFiles, type NodePath, pathBelow } from '../files/node-files.ts';
import { readMarks } from './labels.ts';

const FILE_LIMIT = 4096;
const LOG_BYTES = 2048;
const LOG_LINES = 80;
/** Log lines carry a time, a stream and a tag besides their text. */
const LOG_WINDOW = LOG_BYTES + LOG_LINES * 64;

/** undefined leaves the runtime's own message. */
export async function terminationMessage(
  files: NodeFiles,
  status: ContainerStatus,
): Promise<string | undefined> {
  const { terminationMessagePath, terminationMessagePolicy } = readMarks(status.annotations);
  // The kubelet's own mount is the last: others at that path are volumes, whose files a pod may exchange for links.
  const mount = status.mounts.findLast((m) => m.containerPath === terminationMessagePath);
  const text = mount?.hostPath ? await head(files, pathBelow(mount.hostPath, 1)) : '';
  if (text) return text;
  if (terminationMessagePolicy !== 'FallbackToLogsOnError' || status.exitCode === 0) return undefined;
  return status.logPath ? logTail(files, logFile(status.logPath)) : undefined;
}

async function head(files: NodeFiles, path: NodePath): Promise<string> {
  return readPart(files, path, (size) => [0, Math.min(size, FILE_LIMIT)]);
}

async function logTail(files: NodeFiles, path: NodePath): Promise<string | undefined> {
  const text = await readPart(files, path, (size) => [
    Math.max(0, size - LOG_WINDOW),
    Math.min(size, LOG_WINDOW),
  ]);
  const lines = text.split('\n').filter(Boolean).slice(-LOG_LINES);
  // Parts of a long line (tag P) are joined; only the program's own text counts.
  let out = '';
  for (const line of lines) {
    const [time = '', stream = '', tag] = line.split(' ', 3);
    if (tag) out += line.slice(time.length + stream.length + tag.length + 3) + (tag === 'P' ? '' : '\n');
  }
  const bytes = Buffer.from(out);
  return bytes.subarray(Math.max(0, bytes.length - LOG_BYTES)).toString() || undefined;
}

/** A container whose file cannot be read has no message; its end must be reported all the same. */
async function readPart(
  files: NodeFiles,
  path: NodePath,
  range: (size: number) => [number, number],
): Promise<string> {
  try {
    const file = await files.open(path);
    try {
      const [from, length] = range((await file.stat()).size);
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, await file.read(buffer, from)).toString();
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
