// Whether a request over loopback may use the registry: it comes from a process of root's on this machine, or brings the
// password. Web pages never may, whatever they make a browser send.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { RegistryError } from '../errors.ts';
import { peerUser } from './peer-user.ts';

export interface UserDoorOptions {
  readonly port: number;
  /** Of the user `tiphys`, in hexadecimal digits. */
  readonly password: string;
  /** Root's processes need no password. Not where pods may run in the machine's own network. */
  readonly trustsRoot: boolean;
}

export interface UserDoor {
  /** Throws what to answer to those who may not. */
  admit(request: IncomingMessage): Promise<void>;
}

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

export function userDoor({ port, password, trustsRoot }: UserDoorOptions): UserDoor {
  const expected = Buffer.from(`Basic ${Buffer.from(`tiphys:${password}`).toString('base64')}`);
  const users = new WeakMap<Socket, Promise<number | undefined>>();
  const isRoot = async (socket: Socket): Promise<boolean> => {
    const { remoteAddress = '', remotePort = 0 } = socket;
    const user = users.get(socket) ?? peerUser({ remoteAddress, remotePort, localPort: port });
    users.set(socket, user);
    return (await user) === 0;
  };
  return {
    async admit({ headers, socket }) {
      const { host = '', origin, authorization } = headers;
      // A name of an attacker's that leads to 127.0.0.1 would make a page of the same origin as the registry.
      if (origin !== undefined || headers['sec-fetch-site'] !== undefined || !isOwnHost(host, port))
        throw new RegistryError(403, 'DENIED', 'the registry is not for web pages');
      if (authorization !== undefined && equal(Buffer.from(authorization), expected)) return;
      if (authorization === undefined && trustsRoot && (await isRoot(socket))) return;
      const message =
        'authentication required: user tiphys, password in registry/password of the data directory';
      throw new RegistryError(401, 'UNAUTHORIZED', message);
    },
  };
}

const isOwnHost = (host: string, port: number): boolean =>
  NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name));

const equal = (a: Buffer, b: Buffer): boolean => a.length === b.length && timingSafeEqual(a, b);
