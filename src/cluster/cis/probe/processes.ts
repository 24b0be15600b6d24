// What the kernel knows of a process: where it listens, what it has open.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

export interface Listener {
  readonly address: string;
  readonly port: number;
}

const LISTEN = '0A';

/** TCP sockets on which the process listens. */
export function listenersOf(pid: number): Listener[] {
  const own = new Set(openTargets(pid));
  return ['tcp', 'tcp6'].flatMap((table) =>
    linesOf(`/proc/${pid}/net/${table}`)
      .map((line) => line.trim().split(/ +/))
      .filter((fields) => fields[3] === LISTEN && own.has(`socket:[${fields[9]}]`))
      .map((fields) => listenerOf(fields[1]!)),
  );
}

/** Paths of the files that the process has open. */
export const openFiles = (pid: number): string[] =>
  openTargets(pid).filter((target) => target.startsWith('/') && !target.startsWith('/dev/'));

function openTargets(pid: number): string[] {
  const directory = `/proc/${pid}/fd`;
  return readdirSync(directory).flatMap((fd) => {
    try {
      return [readlinkSync(join(directory, fd))];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

function linesOf(file: string): string[] {
  return readFileSync(file, 'utf8').trim().split('\n').slice(1);
}

/** `0100007F:1F90`: the address's words as the machine stores them, and the port. */
function listenerOf(text: string): Listener {
  const [words = '', port = ''] = text.split(':');
  if (words.length > 8)
    return { address: /^0+$/.test(words) ? '::' : words, port: Number.parseInt(port, 16) };
  const bytes = words.match(/../g)!.map((byte) => Number.parseInt(byte, 16));
  return { address: bytes.reverse().join('.'), port: Number.parseInt(port, 16) };
}
