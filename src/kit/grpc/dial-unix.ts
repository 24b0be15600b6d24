// Dials a Unix socket whatever the length of its path is: the kernel takes 107 bytes, and a cluster's data may lie deep. A longer path is
// reached through a descriptor of its directory. Used by connection.ts.
import { closeSync, constants, openSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { basename, dirname } from 'node:path';

const MAX_BYTES = 107;
/** Fails as a socket that is not there does. */
const NOWHERE = '/proc/self/no-socket';
/** O_PATH: without opening the directory itself. */
const REACH = 0o10000000 | constants.O_DIRECTORY;

export function dialUnix(path: string): Socket {
  if (Buffer.byteLength(path) <= MAX_BYTES) return connect(path);
  let directory: number;
  try {
    directory = openSync(dirname(path), REACH);
  } catch {
    return connect(NOWHERE);
  }
  const socket = connect(`/proc/self/fd/${directory}/${basename(path)}`);
  let isOpen = true;
  const close = () => {
    if (isOpen) closeSync(directory);
    isOpen = false;
  };
  socket.once('connect', close).once('close', close);
  return socket;
}
