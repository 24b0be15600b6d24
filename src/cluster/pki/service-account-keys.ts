// The keys of service account tokens: one signs, others are only accepted. A rotation has three steps, so that no verifier meets a
// token whose key it cannot know, and no token ends before its time: publish a new key, sign with it, retire the old one.
// sa.key and sa.pub are kubeadm's names.
import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../kit/clock.ts';
import { UserError } from '../progress.ts';
import { privateKeyText, readIfThere, writeAtomically } from './credential-files.ts';

export interface ServiceAccountKeys {
  readonly privateKey: string;
  readonly publicKey: string;
  readonly privateKeyPath: string;
  readonly publicKeyPath: string;
  /** PEM of further public keys that are accepted and published; may be empty. */
  readonly others: string;
}

const pathsIn = (directory: string) => ({
  current: join(directory, 'sa.key'),
  currentPublic: join(directory, 'sa.pub'),
  /** Published, does not sign yet. */
  next: join(directory, 'sa-next.key'),
  /** Public keys that signed before. */
  previous: join(directory, 'sa-previous.pub'),
});

/** All files of the keys, whether they exist or not. */
export const serviceAccountFiles = (directory: string): string[] => Object.values(pathsIn(directory));

/** Makes a first key. It is kept until it is rotated: tokens in running pods were signed with it. */
export function ensureServiceAccountKeys(directory: string): ServiceAccountKeys {
  const paths = pathsIn(directory);
  const known = readIfThere(paths.current);
  const privateKey = known ?? newKey();
  const publicKey = publicText(createPrivateKey(privateKey));
  if (!known) writeAtomically(paths.current, privateKey, { durable: true });
  if (readIfThere(paths.currentPublic) !== publicKey) writeAtomically(paths.currentPublic, publicKey);
  const next = readIfThere(paths.next);
  const others = (next ? publicText(createPrivateKey(next)) : '') + (readIfThere(paths.previous) ?? '');
  return { privateKey, publicKey, privateKeyPath: paths.current, publicKeyPath: paths.currentPublic, others };
}

export const STEPS = ['publish', 'sign', 'retire'] as const;
export type Step = (typeof STEPS)[number];

/** Milliseconds that the longest tokens live: those of pods, with the extension that older clients need. */
const LONGEST_LIFE = 365 * 86_400_000;

/** One step of a rotation; a running API server follows within half a minute. `force` retires keys whose tokens may be in use. */
export function rotateServiceAccountKey(directory: string, step: Step, clock: Clock, force = false): void {
  const paths = pathsIn(directory);
  const next = readIfThere(paths.next);
  if (step === 'publish') {
    if (next) throw new UserError('a new key is published already; sign with it');
    writeAtomically(paths.next, newKey(), { durable: true });
  } else if (step === 'sign') {
    if (!next) throw new UserError('publish a new key first');
    const { publicKey } = ensureServiceAccountKeys(directory);
    // In this order, so that a crash at any point leaves every key accepted.
    writeAtomically(paths.previous, publicKey + (readIfThere(paths.previous) ?? ''), { durable: true });
    writeAtomically(paths.current, next, { durable: true });
    rmSync(paths.next);
    ensureServiceAccountKeys(directory);
  } else retire(paths.previous, clock, force);
}

function retire(path: string, clock: Clock, force: boolean): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (!found) throw new UserError('there is no key to retire');
  const until = found.mtimeMs + LONGEST_LIFE;
  if (!force && clock.now() < until)
    throw new UserError(
      `tokens of the old key may still be in use until ${new Date(until).toISOString().slice(0, 10)}; --force retires it now`,
    );
  rmSync(path);
}

const newKey = (): string => privateKeyText(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);

const publicText = (privateKey: KeyObject): string =>
  createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
