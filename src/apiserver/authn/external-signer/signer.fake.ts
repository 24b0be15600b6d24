// An external signer for tests, on a Unix socket, with keys that can be changed and answers that can be wrong.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { answer, GrpcTestServer, requests } from '../../../kit/grpc/server.fake.ts';
import {
  type FetchedKey,
  type FetchKeysResponse,
  fetchKeysResponse,
  metadataResponse,
  type SignResponse,
  signRequest,
  signResponse,
} from './api.ts';

export interface FakeKey {
  readonly keyId: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly isExcluded?: boolean;
}

export const fakeKey = (keyId: string, isExcluded = false): FakeKey => ({
  ...generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  keyId,
  isExcluded,
});

export const fetched = ({ keyId, publicKey, isExcluded = false }: FakeKey): FetchedKey => ({
  keyId,
  key: publicKey.export({ type: 'spki', format: 'der' }),
  excludeFromOidcDiscovery: isExcluded,
});

type Method = 'Sign' | 'FetchKeys' | 'Metadata';

export class FakeSigner {
  /** Change them at any time. The first key signs. */
  keys: FakeKey[] = [fakeKey('k1')];
  maxSeconds = 86_400;
  refreshHintSeconds = 60;
  header: object | undefined;
  signAnswer: ((response: SignResponse) => SignResponse) | undefined;
  fetchAnswer: ((response: FetchKeysResponse) => FetchKeysResponse) | undefined;
  /** A status code of gRPC in place of answers. */
  failure = 0;
  readonly calls: Record<Method, number> = { Sign: 0, FetchKeys: 0, Metadata: 0 };
  readonly #socket: string;
  #server: GrpcTestServer | undefined;

  constructor(socket: string) {
    this.#socket = socket;
  }

  async start(): Promise<this> {
    this.#server = new GrpcTestServer(async (stream, headers) => {
      const name = headers[':path']!.split('/').at(-1) as Method;
      this.calls[name]++;
      for await (const body of requests(stream)) {
        if (this.failure) answer(stream, [], this.failure, 'no');
        else answer(stream, [this.#reply(name, body)]);
      }
    });
    await this.#server.listen(this.#socket);
    return this;
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  #reply(name: Method, body: Buffer): Buffer {
    if (name === 'Metadata') return metadataResponse.encode({ maxTokenExpirationSeconds: this.maxSeconds });
    if (name === 'Sign') return signResponse.encode(this.#signed(signRequest.decode(body).claims));
    const response = {
      keys: this.keys.map(fetched),
      dataTimestamp: { seconds: 1_700_000_000, nanos: 500_000_000 },
      refreshHintSeconds: this.refreshHintSeconds,
    };
    return fetchKeysResponse.encode(this.fetchAnswer?.(response) ?? response);
  }

  #signed(claims: string): SignResponse {
    const { keyId, privateKey } = this.keys[0]!;
    const json = JSON.stringify(this.header ?? { alg: 'ES256', kid: keyId, typ: 'JWT' });
    const header = Buffer.from(json).toString('base64url');
    const key = { key: privateKey, dsaEncoding: 'ieee-p1363' as const };
    const signature = sign('sha256', Buffer.from(`${header}.${claims}`), key).toString('base64url');
    return this.signAnswer?.({ header, signature }) ?? { header, signature };
  }
}
