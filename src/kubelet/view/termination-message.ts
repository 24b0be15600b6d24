// What a container leaves behind when it ends: the file at its terminationMessagePath, or the end of its log.
import { open } from 'node:fs/promises';
import type { ContainerStatus } from '../../cri/runtime.ts';
import { readMarks } from './labels.ts';

const FILE_LIMIT = 4096;
const LOG_BYTES = 2048;
const LOG_LINES = 80;
/** Log lines carry a time, a stream and a tag besides their text. */
const LOG_WINDOW = LOG_BYTES + LOG_LINES * 64;

/** undefined leaves the runtime's own message. */
export async function terminationMessage(status: ContainerStatus): Promise<string | undefined> {
  const { terminationMessagePath, terminationMessagePolicy } = readMarks(status.annotations);
  const mount = status.mounts.find((m) => m.containerPath === terminationMessagePath);
  const text = mount ? await head(mount.hostPath) : '';
  if (text) return text;
  if (terminationMessagePolicy !== 'FallbackToLogsOnError' || status.exitCode === 0) return undefined;
  return logTail(status.logPath);
}

async function head(path: string): Promise<string> {
  return readPart(path, (size) => [0, Math.min(size, FILE_LIMIT)]);
}

async function logTail(path: string): Promise<string | undefined> {
  const text = await readPart(path, (size) => [Math.max(0, size - LOG_WINDOW), Math.min(size, LOG_WINDOW)]);
  const lines = text.split('\n').filter(Boolean).slice(-LOG_LINES);
  let out = '';
  for (const line of lines) {
    const parts = /^\S+ \S+ (\S+) ?(.*)$/.exec(line);
    if (parts) out += parts[2]! + (parts[1] === 'P' ? '' : '\n');
  }
  const bytes = Buffer.from(out);
  return bytes.subarray(Math.max(0, bytes.length - LOG_BYTES)).toString() || undefined;
}

async function readPart(path: string, range: (size: number) => [number, number]): Promise<string> {
  if (!path) return '';
  try {
    const file = await open(path);
    try {
      const [from, length] = range((await file.stat()).size);
      const buffer = Buffer.alloc(length);
      const { bytesRead } = await file.read(buffer, 0, length, from);
      return buffer.subarray(0, bytesRead).toString();
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
