// One object that a command is about: where it is on the server, what is known of it, and the requests that read and write it.
import { StatusError } from '../../api/status/status-error.ts';
import { type Mapping, pathOf } from '../discovery/served.ts';
import type { ApiRequest, Requests } from '../session/requests.ts';
import type { KubeObject } from './object.ts';

export interface WriteChoices {
  /** Nothing is stored. */
  readonly serverDryRun?: boolean;
  readonly fieldManager?: string;
  readonly fieldValidation?: string;
  /** Instead of the Info's own. */
  readonly subresource?: string;
}

export type PatchKind = 'json' | 'merge' | 'strategic' | 'apply';

const PATCH_TYPES: Readonly<Record<PatchKind, string>> = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  apply: 'application/apply-patch+yaml',
};

export interface InfoFields {
  readonly requests: Requests;
  readonly mapping: Mapping | undefined;
  readonly namespace: string;
  readonly name: string;
  readonly subresource?: string;
  readonly source?: string;
  readonly object?: KubeObject;
}

export class Info {
  readonly #requests: Requests;
  readonly #mapping: Mapping | undefined;
  readonly subresource: string;
  /** The file or URL that it is from; empty for an object of the server. */
  readonly source: string;
  namespace: string;
  name: string;
  #object: KubeObject | undefined;

  constructor(fields: InfoFields) {
    this.#requests = fields.requests;
    this.#mapping = fields.mapping;
    this.subresource = fields.subresource ?? '';
    this.source = fields.source ?? '';
    this.namespace = fields.namespace;
    this.name = fields.name;
    this.#object = fields.object;
  }

  /** Undefined in a builder that is local, for kinds that are not looked up. */
  get maybeMapping(): Mapping | undefined {
    return this.#mapping;
  }

  get mapping(): Mapping {
    if (!this.#mapping) throw new Error('local operation only');
    return this.#mapping;
  }

  get hasObject(): boolean {
    return this.#object !== undefined;
  }

  get object(): KubeObject {
    if (!this.#object) throw new Error(`${this.name} has not been read`);
    return this.#object;
  }

  set object(object: KubeObject) {
    this.#object = object;
  }

  get resourceVersion(): string {
    return this.#object?.metadata?.resourceVersion ?? '';
  }

  get namespaced(): boolean {
    return this.#mapping ? this.#mapping.namespaced : this.namespace !== '';
  }

  /** `pods/x`, as errors name it. */
  get objectName(): string {
    return `${this.#mapping ? this.#mapping.resource : (this.#object?.kind ?? '').toLowerCase()}/${this.name}`;
  }

  /** The object's own path; of a subresource when one is named. */
  path(subresource = this.subresource): string {
    if (this.name === '') throw new Error('resource name may not be empty');
    return pathOf(this.mapping, this.namespace, this.name, subresource);
  }

  /** The path of the collection that it is in. */
  collectionPath(): string {
    return pathOf(this.mapping, this.namespace);
  }

  /** Takes over what the server gave. */
  refresh(object: KubeObject): void {
    this.#object = object;
    this.name = object.metadata?.name ?? this.name;
    this.namespace = object.metadata?.namespace ?? (this.namespaced ? this.namespace : '');
  }

  /** Reads the object. When it is missing and its namespace is, too, the error says so of the namespace. */
  async get(request: Pick<ApiRequest, 'headers' | 'query'> = {}): Promise<KubeObject> {
    try {
      const object = await this.#requests.json<KubeObject>({ path: this.path(), ...request });
      this.#object = object;
      return object;
    } catch (error) {
      if (isNotFound(error) && this.namespace !== '' && this.namespace !== 'default') {
        const missing = await this.#requests
          .request({ path: `/api/v1/namespaces/${encodeURIComponent(this.namespace)}` })
          .then(
            () => undefined,
            (why: unknown) => why,
          );
        if (isNotFound(missing)) throw missing;
      }
      throw error;
    }
  }

  async create(object: KubeObject = this.object, choices: WriteChoices = {}): Promise<KubeObject> {
    const { resourceVersion: _, ...metadata } = object.metadata ?? {};
    const body = object.metadata?.resourceVersion ? { ...object, metadata } : object;
    const subresource = choices.subresource ?? '';
    return this.#requests.json<KubeObject>({
      method: 'POST',
      path: subresource ? this.path(subresource) : this.collectionPath(),
      query: queryOf(choices),
      body,
    });
  }

  /** Without a resourceVersion the object is overwritten whatever the server holds. */
  async replace(
    object: KubeObject = this.object,
    choices: WriteChoices & { readonly overwrite?: boolean } = {},
  ): Promise<KubeObject> {
    const path = this.path(choices.subresource);
    let body = object;
    if (choices.overwrite && !object.metadata?.resourceVersion) {
      const current = await this.#requests.json<KubeObject>({ path }).catch(() => undefined);
      const version = current?.metadata?.resourceVersion;
      if (version) body = { ...object, metadata: { ...object.metadata, resourceVersion: version } };
    }
    return this.#requests.json<KubeObject>({ method: 'PUT', path, query: queryOf(choices), body });
  }

  /** `patch` is sent as JSON; a text as it is. */
  async patch(
    kind: PatchKind,
    patch: unknown,
    choices: WriteChoices & { readonly force?: boolean } = {},
  ): Promise<KubeObject> {
    return this.#requests.json<KubeObject>({
      method: 'PATCH',
      path: this.path(choices.subresource),
      query: { ...queryOf(choices), ...(choices.force !== undefined && { force: String(choices.force) }) },
      contentType: PATCH_TYPES[kind],
      body: patch,
    });
  }

  /** `options` are DeleteOptions. What the server answers: the object, or a Status. */
  async remove(options: object = {}): Promise<KubeObject> {
    return this.#requests.json<KubeObject>({
      method: 'DELETE',
      path: this.path(),
      body: { kind: 'DeleteOptions', apiVersion: 'v1', ...options },
    });
  }
}

/** An object, or why there is none. */
export type Item = { readonly info: Info } | { readonly error: unknown };

export const isNotFound = (error: unknown): boolean =>
  error instanceof StatusError && error.reason === 'NotFound';

function queryOf(choices: WriteChoices): Record<string, string | undefined> {
  return {
    dryRun: choices.serverDryRun ? 'All' : undefined,
    fieldManager: choices.fieldManager || undefined,
    fieldValidation: choices.fieldValidation || undefined,
  };
}
