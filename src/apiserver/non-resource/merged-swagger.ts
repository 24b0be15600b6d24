// The OpenAPI v2 document of this server together with the parts of other servers, which are rendered already: they are put between
// the bytes of this server's. Made by documents.ts, used when it is asked for.
// Upstream: buildMergeSpecLocked in kube-aggregator/pkg/controllers/openapi/aggregator/aggregator.go.
import { createHash } from 'node:crypto';
import { jsonWith, type OpenApiV2, type RenderedSwagger } from '../../api/openapi/v2.ts';
import type { Steps } from '../../kit/clock.ts';
import type { RemoteDocuments } from '../aggregation/documents/remote-documents.ts';

/** Parts of other servers that are in the document; others are left out. */
const MAX_PARTS = 10;

type Remote = ReturnType<RemoteDocuments['openApiV2']>[number];

export class MergedSwagger {
  readonly #own: OpenApiV2;
  readonly #candidates: readonly Remote[];
  #remotes: readonly Remote[] | undefined;
  #json: Buffer | undefined;
  #protobuf: Buffer | undefined;
  #hash: string | undefined;

  constructor(own: OpenApiV2, remotes: readonly Remote[]) {
    this.#own = own;
    this.#candidates = remotes.slice(0, MAX_PARTS);
  }

  *json(): Steps<Buffer> {
    const own = yield* this.#own.rendered();
    const remotes = this.#merged(own);
    if (remotes.length === 0) return own.json;
    const parts = remotes.map(({ hashed }) => hashed.part);
    this.#json ??= jsonWith(
      own,
      parts.map(({ paths }) => paths),
      parts.map(({ definitions }) => definitions),
    );
    return this.#json;
  }

  /** Messages that follow each other are merged by whoever decodes them. */
  *protobuf(): Steps<Buffer> {
    const remotes = this.#merged(yield* this.#own.rendered());
    const own = yield* this.#own.protobuf();
    if (remotes.length === 0) return own;
    this.#protobuf ??= Buffer.concat([own, ...remotes.map(({ hashed }) => hashed.part.protobuf)]);
    return this.#protobuf;
  }

  *hash(): Steps<string> {
    const own = yield* this.#own.rendered();
    const remotes = this.#merged(own);
    if (remotes.length === 0) return own.hash;
    const hashes = [own.hash, ...remotes.map(({ hashed }) => hashed.hash)];
    this.#hash ??= createHash('sha256').update(hashes.join()).digest('hex').toUpperCase();
    return this.#hash;
  }

  /** Not those about versions, or with names of definitions, that are in this server's own document. */
  #merged({ definitions }: RenderedSwagger): readonly Remote[] {
    this.#remotes ??= this.#candidates.filter(
      ({ group, version, hashed }) =>
        !this.#own.describes(group, version) &&
        !hashed.part.names.values().some((name) => definitions.has(name)),
    );
    return this.#remotes;
  }
}
