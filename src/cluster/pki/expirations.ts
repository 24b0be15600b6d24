// The certificates in a directory: when they end, and their renewal by a command, in the manner of `kubeadm certs`.
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import { UserError } from '../progress.ts';
import { Authority } from './authority.ts';
import { readCredential } from './credential-files.ts';

export interface Expiration {
  /** Of the files, without their extension. */
  readonly name: string;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
  /** The authority that signed it; undefined for an authority. */
  readonly authority?: string;
}

const AUTHORITIES = { ca: 'kubernetes', 'front-proxy-ca': 'front-proxy-ca' } as const;
type AuthorityName = keyof typeof AUTHORITIES;

const isAuthority = (name: string): name is AuthorityName => Object.hasOwn(AUTHORITIES, name);

/** Authorities come last. */
export function expirations(directory: string): Expiration[] {
  if (!existsSync(join(directory, 'ca.crt'))) throw new UserError(`${directory}: there are no certificates`);
  const names = (readdirSync(directory, { recursive: true }) as string[])
    .flatMap((file) => (file.endsWith('.crt') ? [file.slice(0, -'.crt'.length)] : []))
    .sort((a, b) => Number(isAuthority(a)) - Number(isAuthority(b)) || (a < b ? -1 : 1));
  return names.flatMap((name) => {
    const found = readCredential(directory, name);
    if (!found) return [];
    const notAfter = found.x509.validToDate.getTime();
    return isAuthority(name) ? { name, notAfter } : { name, notAfter, authority: authorityOf(name) };
  });
}

/** Renews the named certificate, or all but the authorities. Running processes use the new ones within half a minute. */
export function renewCertificates(directory: string, name: string, clock: Clock): string[] {
  const known = expirations(directory).flatMap((one) => (one.authority ? [one.name] : []));
  if (name !== 'all' && !known.includes(name))
    throw new UserError(`there is no certificate ${name}; use all or one of ${known.join(', ')}`);
  const names = name === 'all' ? known : [name];
  for (const one of names) {
    const authority = authorityOf(one);
    new Authority({ directory, clock }, authority, AUTHORITIES[authority]).renew(one);
  }
  return names;
}

const authorityOf = (name: string): AuthorityName =>
  name.startsWith('front-proxy-') ? 'front-proxy-ca' : 'ca';
