// Encryption with a seed that a KMS v2 plug-in has encrypted: the plug-in is asked when this process starts, when its key
// changes, and once for each seed that older objects need, never for a single object. Reads of the store cannot wait for a
// plug-in, so the seeds of all stored objects are fetched before they are needed (prefetch). Called by encryption.ts.
// Upstream: envelope/kmsv2/envelope.go and server/options/encryptionconfig/config.go of k8s.io/apiserver.
import type { Clock, Timer } from '../../../kit/clock.ts';
import { GrpcClient } from '../../../kit/grpc/client.ts';
import { messageOf } from '../../../kit/message-of.ts';
import type { Random } from '../../../kit/random.ts';
import { aesGcm, derivedAesGcm } from '../aes.ts';
import type { KmsProvider } from '../configuration.ts';
import type { Opened, Transformer } from '../transformer.ts';
import {
  DECRYPT,
  ENCRYPT,
  type EncryptedObject,
  encryptedObject,
  keyIdProblem,
  problemOf,
  SEED,
  STATUS,
} from './api.ts';

/** Milliseconds between questions for the plug-in's status when all is well, and when it is not. */
const POLL_WELL = 60_000;
const POLL_ILL = 10_000;
/** Milliseconds after the last good status for which the seed may still be written with. */
const SEED_LIFE = 180_000;
/** Bytes. */
const SEED_SIZE = 32;
/** A seed's own data is never longer. */
const MAX_MESSAGE = 1 << 20;

interface State {
  readonly transformer: Transformer;
  readonly header: Omit<EncryptedObject, 'encryptedData'>;
}

export interface KmsOptions {
  readonly provider: KmsProvider;
  readonly clock: Clock;
  readonly random: Random;
  /** Called when a missing seed has been fetched or the key has changed. */
  readonly onError: (error: unknown) => void;
}

export class KmsTransformer implements Transformer {
  readonly name: string;
  readonly #options: KmsOptions;
  readonly #plugin: GrpcClient;
  readonly #byKeySource = new Map<string, Transformer>();
  /** Headers of objects whose seed has yet to be fetched. */
  readonly #wanted = new Map<string, EncryptedObject>();
  #state: State | undefined;
  #goodUntil = 0;
  #problem: string | undefined = 'the plug-in has not answered yet';
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: KmsOptions) {
    const { provider, clock } = options;
    this.name = provider.name;
    this.#options = options;
    this.#plugin = new GrpcClient({
      target: { socket: provider.socket },
      clock,
      maxMessageSize: MAX_MESSAGE,
    });
  }

  /** Why the plug-in cannot be used; undefined while it can. For /healthz. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Asks for the status, once now and then regularly until close(). Resolves when the first answer is in. */
  async start(): Promise<void> {
    await this.#poll();
    if (this.#closed) return;
    const delay = this.#problem === undefined ? POLL_WELL : POLL_ILL;
    this.#timer = this.#options.clock.after(delay, () => void this.start());
  }

  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#plugin.close();
  }

  /** Fetches the seeds of stored values, so that they can be read. */
  async prefetch(values: Iterable<Buffer>): Promise<void> {
    for (const value of values) {
      try {
        this.#want(decode(value));
      } catch {
        // Reading it reports the problem.
      }
    }
    await this.#fetchWanted().catch(this.#options.onError);
  }

  seal(plain: Buffer, path: string): Buffer {
    const state = this.#state;
    if (!state) throw new Error(`kms provider ${this.name}: ${this.#problem ?? 'no key'}`);
    const now = this.#options.clock.monotonic();
    if (now > this.#goodUntil)
      throw new Error(
        `kms provider ${this.name}: the data encryption key expired: ${this.#problem ?? 'no status'}`,
      );
    return encryptedObject.encode({ ...state.header, encryptedData: state.transformer.seal(plain, path) });
  }

  open(stored: Buffer, path: string): Opened {
    const object = decode(stored);
    const transformer = this.#byKeySource.get(idOf(object));
    if (!transformer) {
      this.#want(object);
      void this.#fetchWanted().catch(this.#options.onError);
      throw new Error(`failed to decrypt DEK, error: ${this.#problem ?? 'the key is being fetched'}`);
    }
    const { plain } = transformer.open(object.encryptedData, path);
    const current = this.#state?.header;
    return {
      plain,
      stale: object.keyId !== current?.keyId || object.keySourceType !== current.keySourceType,
    };
  }

  async #poll(): Promise<void> {
    try {
      const status = await this.#plugin.unary(STATUS, {}, this.#limits);
      if (status.healthz !== 'ok') throw new Error(`got unexpected healthz status: ${status.healthz}`);
      if (!['v2', 'v2beta1'].includes(status.version))
        throw new Error(`expected KMSv2 API version v2, got ${status.version}`);
      const problem = keyIdProblem(status.keyId);
      if (problem) throw new Error(problem);
      if (this.#state?.header.keyId !== status.keyId) await this.#newSeed();
      this.#goodUntil = this.#options.clock.monotonic() + SEED_LIFE;
      await this.#fetchWanted();
      this.#problem = undefined;
    } catch (error) {
      this.#problem = messageOf(error);
      this.#options.onError(error);
    }
  }

  async #newSeed(): Promise<void> {
    const { random } = this.#options;
    const seed = random.bytes(SEED_SIZE);
    const answer = await this.#plugin.unary(ENCRYPT, { plaintext: seed, uid: random.uuid() }, this.#limits);
    const { ciphertext, keyId, annotations } = answer;
    const header = { keyId, encryptedKeySource: ciphertext, annotations, keySourceType: SEED };
    const problem = problemOf(header);
    if (problem) throw new Error(problem);
    const transformer = derivedAesGcm(seed, random);
    this.#byKeySource.set(idOf(header), transformer);
    this.#state = { transformer, header };
  }

  #want(object: EncryptedObject): void {
    const id = idOf(object);
    if (!this.#byKeySource.has(id)) this.#wanted.set(id, object);
  }

  async #fetchWanted(): Promise<void> {
    const { random } = this.#options;
    for (const [id, { encryptedKeySource: ciphertext, keyId, annotations, keySourceType }] of this.#wanted) {
      const request = { ciphertext, keyId, annotations, uid: random.uuid() };
      const { plaintext } = await this.#plugin.unary(DECRYPT, request, this.#limits);
      const make = keySourceType === SEED ? derivedAesGcm : aesGcm;
      this.#byKeySource.set(id, make(plaintext, random));
      this.#wanted.delete(id);
    }
  }

  get #limits() {
    return { timeout: this.#options.provider.timeoutMs };
  }
}

function decode(stored: Buffer): EncryptedObject {
  const object = encryptedObject.decode(stored);
  const problem = object.encryptedData.length === 0 ? 'encrypted data is empty' : problemOf(object);
  if (problem) throw new Error(problem);
  return object;
}

/** Objects with the same id have the same seed. */
const idOf = ({
  keySourceType,
  encryptedKeySource,
  keyId,
  annotations,
}: Omit<EncryptedObject, 'encryptedData'>) =>
  JSON.stringify([
    keySourceType,
    encryptedKeySource.toString('base64'),
    keyId,
    Object.entries(annotations)
      .map(([key, value]) => [key, value.toString('base64')])
      .sort(),
  ]);
