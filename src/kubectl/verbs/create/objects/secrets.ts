// What `create secret generic|docker-registry|tls` make of their flags. Called by the commands beside it.
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { goJson } from '../../../../api/codec/go-json.ts';
import { Secret } from '../../../../api/kinds/core/v1/secret.ts';
import { isConfigMapKey } from '../../../../api/validation/names.ts';
import { goQuote } from '../../../text/quote.ts';
import { checkDataFlags, type DataFlags } from './config-map.ts';
import {
  type AddEntry,
  addEnvFiles,
  addFiles,
  addLiterals,
  reasonOf,
  type Surroundings,
} from './data-sources.ts';
import { type Made, madeOf, metadataOf, type Place } from './made.ts';
import { nameHash } from './name-hash.ts';

export async function genericSecretOf(
  place: Place,
  flags: DataFlags & { readonly type: string },
  around: Surroundings,
): Promise<Made> {
  checkDataFlags(flags);
  const data: Data = {};
  addLiterals(flags.literals, adderTo(data));
  await addFiles(flags.files, around, adderTo(data));
  await addEnvFiles(flags.envFiles, around, 'secret', adderTo(data));
  return secretOf(place, flags.type, data, flags.appendHash);
}

export interface RegistryFlags {
  readonly username: string;
  readonly password: string;
  readonly email: string;
  readonly server: string;
  readonly files: readonly string[];
  readonly appendHash: boolean;
}

const DOCKER_KEY = '.dockerconfigjson';

export async function registrySecretOf(
  place: Place,
  flags: RegistryFlags,
  around: Surroundings,
): Promise<Made> {
  const { files, username, password, email, server } = flags;
  if (files.length === 0 && (username === '' || password === '' || server === ''))
    throw new Error(
      'either --from-file or the combination of --docker-username, --docker-password and --docker-server is required',
    );
  const data: Data = {};
  const sources = files.map((file) => (file.includes('=') ? file : `${DOCKER_KEY}=${file}`));
  if (files.length > 0) await addFiles(sources, around, adderTo(data));
  else {
    const auth = base64(Buffer.from(`${username}:${password}`));
    const entry = { username, password, ...(email && { email }), auth };
    data[DOCKER_KEY] = base64(Buffer.from(goJson({ auths: { [server]: entry } })));
  }
  return secretOf(place, 'kubernetes.io/dockerconfigjson', data, flags.appendHash);
}

export interface TlsFlags {
  readonly cert: string;
  readonly key: string;
  readonly appendHash: boolean;
}

export async function tlsSecretOf(place: Place, flags: TlsFlags, around: Surroundings): Promise<Made> {
  if (flags.key === '' || flags.cert === '') throw new Error('key and cert must be specified');
  const cert = await pemFile(flags.cert, around);
  const key = await pemFile(flags.key, around);
  checkPair(cert, key);
  const data = { 'tls.crt': base64(cert), 'tls.key': base64(key) };
  return secretOf(place, 'kubernetes.io/tls', data, flags.appendHash);
}

const pemFile = (path: string, { cwd }: Surroundings): Promise<Buffer> =>
  readFile(resolve(cwd, path)).catch((cause: unknown) => {
    throw new Error(`Cannot read file ${path}, open ${path}: ${reasonOf(cause)}`);
  });

/** The key must belong to the first certificate. */
function checkPair(cert: Buffer, key: Buffer): void {
  if (!cert.includes('-----BEGIN CERTIFICATE-----'))
    throw new Error('tls: failed to find any PEM data in certificate input');
  if (!/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----/.test(key.toString('latin1')))
    throw new Error('tls: failed to find any PEM data in key input');
  const certificate = parsed(() => new X509Certificate(cert), 'certificate');
  const secret = parsed(() => createPrivateKey(key), 'private key');
  if (!certificate.checkPrivateKey(secret)) throw new Error('tls: private key does not match public key');
}

function parsed<T>(parse: () => T, what: string): T {
  try {
    return parse();
  } catch {
    throw new Error(`tls: failed to parse ${what}`);
  }
}

type Data = Record<string, string>;
const base64 = (bytes: Buffer): string => bytes.toString('base64');

const adderTo =
  (data: Data): AddEntry =>
  (key, value) => {
    const complaints = isConfigMapKey(key);
    if (complaints.length > 0)
      throw new Error(`${goQuote(key)} is not valid key name for a Secret ${complaints.join(';')}`);
    if (Object.hasOwn(data, key))
      throw new Error(`cannot add key ${key}, another key by that name already exists`);
    data[key] = base64(value);
  };

function secretOf(place: Place, type: string, data: Data, appendHash: boolean): Made {
  const { name } = place;
  const hash = appendHash && nameHash({ kind: 'Secret', type, name, data });
  return madeOf(Secret, {
    metadata: metadataOf({ ...place, name: hash ? `${name}-${hash}` : name }),
    ...(type && { type }),
    data,
  });
}
