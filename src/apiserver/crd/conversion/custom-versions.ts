// The versions of one custom kind, and conversion between them: by name only (strategy None), or by a webhook. What comes out is
// pruned by the schema of its version. Made by custom-resources.ts.
// Upstream: schemaCoercingConverter in apiextensions-apiserver/pkg/apiserver/customresource_handler.go.
import { normalize } from '../../../api/codec/normalize.ts';
import { type AnyResource, apiVersionOf, type KubeObject } from '../../../api/meta/v1/resource.ts';
import type { Versions } from '../../conversions/versions.ts';
import type { Eventual } from '../../registry/eventual.ts';
import type { WebhookConverter } from './webhook-converter.ts';

export class CustomVersions implements Versions {
  readonly storage: AnyResource;
  readonly #kinds: ReadonlyMap<string, AnyResource>;
  readonly #webhook: WebhookConverter | undefined;

  constructor(storage: AnyResource, all: readonly AnyResource[], webhook: WebhookConverter | undefined) {
    this.storage = storage;
    this.#kinds = new Map(all.map((kind) => [apiVersionOf(kind.resource), kind]));
    this.#webhook = webhook;
  }

  /** Whether conversion takes a call. */
  get isRemote(): boolean {
    return this.#webhook !== undefined;
  }

  get kinds(): readonly AnyResource[] {
    return [...this.#kinds.values()];
  }

  kindOf(apiVersion: string): AnyResource | undefined {
    return this.#kinds.get(apiVersion);
  }

  convert(object: KubeObject, to: AnyResource): Eventual<KubeObject> {
    const apiVersion = apiVersionOf(to.resource);
    if (object.apiVersion === apiVersion) return object;
    if (!this.#webhook) return renamed(object, to);
    return this.#webhook.convert([object], apiVersion).then(([one]) => normalize(to, one!));
  }

  /** Of one apiVersion each. */
  async convertAll(objects: readonly KubeObject[], to: AnyResource): Promise<KubeObject[]> {
    const converted = await this.#webhook!.convert(objects, apiVersionOf(to.resource));
    return converted.map((object) => normalize(to, object));
  }
}

/** Strategy None: versions differ in their apiVersion, and in the fields that they know. */
export const renamed = (object: KubeObject, kind: AnyResource): KubeObject =>
  normalize(kind, { ...object, apiVersion: apiVersionOf(kind.resource) });
