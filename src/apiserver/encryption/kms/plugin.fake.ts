// A KMS v2 plug-in for tests, on a Unix socket. Its encryption of keys is an exclusive or with the key's id.
import assert from 'node:assert/strict';
import { answer, GrpcTestServer, requests } from '../../../kit/grpc/server.fake.ts';
import { decryptRequest, decryptResponse, encryptRequest, encryptResponse, statusResponse } from './api.ts';

const ANNOTATION = 'kek.example.com';

export class FakePlugin {
  /** Change them at any time. */
  keyId = 'kek-1';
  healthz = 'ok';
  readonly calls = { Status: 0, Encrypt: 0, Decrypt: 0 };
  readonly #socket: string;
  #server: GrpcTestServer | undefined;

  constructor(socket: string) {
    this.#socket = socket;
  }

  async start(): Promise<void> {
    this.#server = new GrpcTestServer(async (stream, headers) => {
      const name = headers[':path']!.split('/').at(-1) as keyof FakePlugin['calls'];
      this.calls[name]++;
      for await (const body of requests(stream)) answer(stream, [this.#reply(name, body)]);
    });
    await this.#server.listen(this.#socket);
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  #reply(name: keyof FakePlugin['calls'], body: Buffer): Buffer {
    const { keyId, healthz } = this;
    if (name === 'Status') return statusResponse.encode({ version: 'v2', healthz, keyId });
    if (name === 'Decrypt') {
      const { ciphertext, keyId: id, annotations } = decryptRequest.decode(body);
      assert.equal(annotations[ANNOTATION]?.toString(), 'note');
      return decryptResponse.encode({ plaintext: masked(ciphertext, id) });
    }
    const { plaintext } = encryptRequest.decode(body);
    const annotations = { [ANNOTATION]: Buffer.from('note') };
    return encryptResponse.encode({ ciphertext: masked(plaintext, keyId), keyId, annotations });
  }
}

const masked = (text: Buffer, id: string): Buffer =>
  Buffer.from(text.map((byte, i) => byte ^ id.charCodeAt(i % id.length)));
