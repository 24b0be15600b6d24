// What `tiphys image` asks of the cluster's registry: over loopback, as any client, with the password that only root can read.
import http from 'node:http';
import { join } from 'node:path';
import { readUpTo } from '../../kit/http1/read-up-to.ts';
import { readIfThere } from '../pki/credential-files.ts';
import { UserError } from '../progress.ts';

export interface RegistryPlace {
  readonly port: number;
  /** Directory of the registry. */
  readonly root: string;
}

const LONGEST_ANSWER = 1024 * 1024;
/** The garbage collection reads every manifest. */
const LIMIT_MS = 600_000;

export interface Pruned {
  readonly manifests: number;
  readonly blobs: number;
  readonly bytes: number;
}

export async function pruneRegistry(place: RegistryPlace): Promise<Pruned> {
  const { status, text } = await ask(place, 'POST', '/tiphys/prune');
  if (status !== 200) throw new UserError(`the registry answered ${status}: ${text.slice(0, 200)}`);
  return JSON.parse(text) as Pruned;
}

/** False where the registry does not have it. */
export async function removeFromRegistry(
  place: RegistryPlace,
  repository: string,
  tag: string,
): Promise<boolean> {
  const { status, text } = await ask(place, 'DELETE', `/v2/${repository}/manifests/${tag}`);
  if (status === 404) return false;
  if (status !== 202) throw new UserError(`the registry answered ${status}: ${text.slice(0, 200)}`);
  return true;
}

/** The repository and tag, or digest, of a name that leads to the registry at this port. */
export function partsOf(name: string, port: number): { repository: string; tag: string } | undefined {
  const host = ['localhost', '127.0.0.1'].map((one) => `${one}:${port}/`).find((one) => name.startsWith(one));
  if (!host) return undefined;
  const rest = name.slice(host.length);
  const at = rest.indexOf('@');
  if (at >= 0) return { repository: rest.slice(0, at), tag: rest.slice(at + 1) };
  const colon = rest.lastIndexOf(':');
  return colon < 0
    ? { repository: rest, tag: 'latest' }
    : { repository: rest.slice(0, colon), tag: rest.slice(colon + 1) };
}

function ask(
  { port, root }: RegistryPlace,
  method: string,
  path: string,
): Promise<{ status: number; text: string }> {
  const password = readIfThere(join(root, 'password'))?.trim();
  const login = password && `Basic ${Buffer.from(`tiphys:${password}`).toString('base64')}`;
  return new Promise((resolve, reject) => {
    const headers = login ? { authorization: login } : {};
    const options = { host: '127.0.0.1', port, method, path, headers, agent: false };
    const request = http.request(options, (response) => {
      readUpTo(response, LONGEST_ANSWER).then(
        ({ bytes }) => resolve({ status: response.statusCode ?? 0, text: bytes.toString() }),
        reject,
      );
    });
    request.setTimeout(LIMIT_MS, () => request.destroy(new UserError('the registry has not answered')));
    request.on('error', reject);
    request.end();
  });
}
