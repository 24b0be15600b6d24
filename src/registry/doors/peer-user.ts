// Which user of this machine is at the other end of a connection over loopback: the kernel's own table of sockets says it.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

export interface Ends {
  /** The client's, as this process sees it: IPv4. */
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly localPort: number;
}

const ESTABLISHED = '01';

/** The id of the user whose socket it is; undefined when the connection is not in the table any more. */
export async function peerUser(ends: Ends, table = '/proc/self/net/tcp'): Promise<number | undefined> {
  const local = hexEnd(ends.remoteAddress, ends.remotePort);
  const remote = `:${hexPort(ends.localPort)}`;
  const lines = createInterface({ input: createReadStream(table), crlfDelay: Number.POSITIVE_INFINITY });
  for await (const line of lines) {
    const [, from, to, state, , , , uid] = line.trim().split(/ +/);
    if (from === local && to?.endsWith(remote) && state === ESTABLISHED) return Number(uid);
  }
  return undefined;
}

/** As the kernel prints it on little-endian machines: 127.0.0.1:80 is 0100007F:0050. */
function hexEnd(address: string, port: number): string {
  const bytes = Buffer.from(address.split('.').map(Number)).reverse();
  return `${bytes.toString('hex').toUpperCase()}:${hexPort(port)}`;
}

const hexPort = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
