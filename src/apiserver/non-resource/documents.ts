// Discovery and OpenAPI documents. They are derived from the resource table and computed again after its generation changes,
// so that a new custom kind is in them at once. Called by paths.ts.
import { aggregatedDiscovery, aggregatedMediaType } from '../../api/discovery/aggregated.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from '../../api/discovery/documents.ts';
import { type ApiGroup, groupsOf } from '../../api/discovery/groups.ts';
import { OpenApiV2, protobufTypes } from '../../api/openapi/v2.ts';
import { OpenApiV3 } from '../../api/openapi/v3.ts';
import { notAcceptable, pageNotFound } from '../../api/status/status-error.ts';
import { jsonAnswer } from '../handlers/answers/answers.ts';
import { type Accepted, accepted } from '../http/negotiate.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import { type Answer, type ApiRequest, header } from '../request.ts';

export interface DocumentOptions {
  readonly resources: Pick<ResourceTable, 'documented' | 'generation'>;
  readonly serverAddress: string;
}

/** `expires` of documents that never change: the end of 32-bit time. */
const FAR = 'Tue, 19 Jan 2038 03:14:07 GMT';

export class Documents {
  readonly #options: DocumentOptions;
  #generation = -1;
  #groups: readonly ApiGroup[] = [];
  #openApi: OpenApiV3 | undefined;
  #swagger: OpenApiV2 | undefined;
  #answers = new Map<string, Answer>();

  constructor(options: DocumentOptions) {
    this.#options = options;
  }

  /** Undefined for any other path. */
  answer(request: ApiRequest): Answer | undefined {
    this.#refresh();
    const path =
      request.path.length > 1 && request.path.endsWith('/') ? request.path.slice(0, -1) : request.path;
    if (path === '/openapi/v2') return this.#swaggerAnswer(request);
    if (path.startsWith('/openapi/v3')) return this.#openApiAnswer(path, request);
    const form = accepted(header(request.headers, 'accept'));
    const key = `${path} ${form.as} ${form.version}`;
    const known = this.#answers.get(key);
    if (known) return known;
    const made = this.#discovery(path, form);
    if (made) this.#answers.set(key, made);
    return made;
  }

  #refresh(): void {
    const { generation } = this.#options.resources;
    if (generation === this.#generation) return;
    this.#generation = generation;
    this.#groups = groupsOf(this.#options.resources.documented());
    this.#openApi = new OpenApiV3(this.#groups, this.#openApi);
    this.#swagger = new OpenApiV2(this.#groups);
    this.#answers = new Map();
  }

  #discovery(path: string, form: Accepted): Answer | undefined {
    const parts = path.split('/').slice(1);
    if (parts[0] === 'api') {
      if (parts.length === 1)
        return this.#root(
          form,
          (group) => group.name === '',
          () => apiVersions(this.#options.serverAddress),
        );
      return parts.length === 2 ? this.#version('', parts[1]!) : undefined;
    }
    if (parts[0] !== 'apis') return undefined;
    if (parts.length === 1)
      return this.#root(
        form,
        (group) => group.name !== '',
        () => apiGroupList(this.#groups),
      );
    const group = this.#groups.find(({ name }) => name === parts[1]);
    if (!group || parts.length > 3) throw pageNotFound();
    return parts.length === 2 ? jsonAnswer(200, apiGroup(group)) : this.#version(group.name, parts[2]!);
  }

  #root(form: Accepted, isMeant: (group: ApiGroup) => boolean, plain: () => object): Answer {
    if (form.as !== 'APIGroupDiscoveryList') return vary(jsonAnswer(200, plain()));
    const version = form.version as 'v2' | 'v2beta1';
    const answer = jsonAnswer(200, aggregatedDiscovery(this.#groups.filter(isMeant), version));
    return vary({ ...answer, headers: { ...answer.headers, 'content-type': aggregatedMediaType(version) } });
  }

  #version(group: string, version: string): Answer {
    const found = this.#groups
      .find(({ name }) => name === group)
      ?.versions.find((candidate) => candidate.version === version);
    if (!found) throw pageNotFound();
    return jsonAnswer(200, apiResourceList(group, found));
  }

  #swaggerAnswer(request: ApiRequest): Answer {
    const wanted = header(request.headers, 'accept') ?? '*/*';
    const isProtobuf = wanted.includes(protobufTypes.asked) || wanted.includes(protobufTypes.answered);
    if (!isProtobuf && !/application\/json|\*\/\*/.test(wanted)) throw notAcceptable('not acceptable');
    const etag = `"${this.#swagger!.hash()}"`;
    const contentType = isProtobuf ? protobufTypes.answered : 'application/json';
    const headers = { 'content-type': contentType, etag, vary: 'Accept' };
    if (header(request.headers, 'if-none-match') === etag)
      return { status: 304, headers, body: Buffer.alloc(0) };
    return { status: 200, headers, body: isProtobuf ? this.#swagger!.protobuf() : this.#swagger!.json() };
  }

  #openApiAnswer(path: string, request: ApiRequest): Answer {
    if (path === '/openapi/v3') return jsonAnswer(200, this.#openApi!.index());
    const document = this.#openApi!.document(path.slice('/openapi/v3/'.length));
    if (!document) throw pageNotFound();
    const etag = `"${document.hash}"`;
    // The URL contains the document's hash, so clients may cache it for ever.
    const forever = request.query.get('hash') === document.hash;
    const headers = {
      'content-type': 'application/json',
      etag,
      vary: 'Accept',
      ...(forever
        ? { 'cache-control': 'public, immutable', expires: FAR }
        : { 'cache-control': 'no-cache, private' }),
    };
    if (header(request.headers, 'if-none-match') === etag)
      return { status: 304, headers, body: Buffer.alloc(0) };
    return { status: 200, headers, body: document.bytes };
  }
}

const vary = (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, vary: 'Accept' } });
