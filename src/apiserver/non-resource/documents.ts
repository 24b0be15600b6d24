// Discovery and OpenAPI documents. They are derived from the resource table and computed again after its generation changes,
// so that a new custom kind is in them at once. Called by paths.ts.
import { createHash } from 'node:crypto';
import { aggregatedDiscovery } from '../../api/discovery/aggregated.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from '../../api/discovery/documents.ts';
import { type ApiGroup, groupsOf, type PriorityOf, type RemoteVersion } from '../../api/discovery/groups.ts';
import { APIGroupDiscoveryList } from '../../api/discovery/messages.ts';
import { APIGroup, APIGroupList, APIResourceList, APIVersions } from '../../api/meta/v1/discovery.ts';
import { OpenApiV2, protobufTypes } from '../../api/openapi/v2.ts';
import { documentUrl, OpenApiV3 } from '../../api/openapi/v3.ts';
import { encodeDocument, type Names } from '../../api/protobuf/encode.ts';
import type { StructType } from '../../api/schema/notation.ts';
import { notAcceptable, pageNotFound } from '../../api/status/status-error.ts';
import type { Clock, Steps } from '../../kit/clock.ts';
import type { RemoteDocuments } from '../aggregation/documents/remote-documents.ts';
import { jsonAnswer } from '../handlers/answers/answers.ts';
import { type Accepted, accepted, type Offered } from '../http/negotiate.ts';
import { andThen, type Eventual } from '../registry/eventual.ts';
import type { ResourceTable } from '../registry/resource-table.ts';
import { type Answer, type ApiRequest, header, wholeBody } from '../request.ts';
import { MergedSwagger } from './merged-swagger.ts';
import { Renderings } from './renderings.ts';

export interface DocumentOptions {
  readonly resources: Pick<ResourceTable, 'kinds' | 'generation'>;
  readonly remotes: RemoteVersions;
  readonly serverAddress: string;
  readonly clock: Pick<Clock, 'monotonic' | 'turn'>;
}

/** What other servers serve, and what APIServices say about the versions of this one. */
export interface RemoteVersions {
  readonly documents: Pick<RemoteDocuments, 'openApiV2' | 'openApiV3Urls' | 'converted'>;
  /** Grows with every change. */
  readonly generation: number;
  readonly priorityOf: PriorityOf;
  versions(): RemoteVersion[];
}

/** `expires` of documents that never change: the end of 32-bit time. */
const FAR = 'Tue, 19 Jan 2038 03:14:07 GMT';

export class Documents {
  readonly #options: DocumentOptions;
  readonly #renderings: Renderings;
  #generation = -1;
  #remoteGeneration = -1;
  #groups: readonly ApiGroup[] = [];
  #openApi: OpenApiV3 | undefined;
  #swagger: OpenApiV2 | undefined;
  #merged: MergedSwagger | undefined;
  #answers = new Map<string, Answer>();

  constructor(options: DocumentOptions) {
    this.#options = options;
    this.#renderings = new Renderings(options.clock);
  }

  /** Undefined for any other path. */
  answer(request: ApiRequest): Eventual<Answer> | undefined {
    const answer = this.#answer(request);
    return answer && andThen(answer, (made) => unlessKnown(made, request));
  }

  #answer(request: ApiRequest): Eventual<Answer> | undefined {
    const path =
      request.path.length > 1 && request.path.endsWith('/') ? request.path.slice(0, -1) : request.path;
    if (path === '/openapi/v2') return this.#renderings.run(() => this.#swaggerAnswer(request));
    if (path === '/openapi/v3') return this.#renderings.run(() => this.#openApiIndex());
    if (path.startsWith('/openapi/v3'))
      return this.#renderings.run(() => this.#openApiAnswer(path.slice('/openapi/v3/'.length), request));
    this.#refresh();
    const form = accepted(header(request.headers, 'accept'), DISCOVERY);
    const key = `${path} ${form.as} ${form.version} ${form.protobuf}`;
    const known = this.#answers.get(key);
    if (known) return known;
    const made = inProtobuf(form, this.#discovery(path, form));
    if (made) this.#answers.set(key, made);
    return made;
  }

  #refresh(): void {
    const { resources, remotes } = this.#options;
    const { generation } = resources;
    const { generation: remoteGeneration } = remotes;
    const isSame = generation === this.#generation;
    if (isSame && remoteGeneration === this.#remoteGeneration) return;
    const kinds = resources.kinds();
    if (!isSame) {
      const own = groupsOf(kinds);
      this.#openApi = new OpenApiV3(own, this.#openApi);
      this.#swagger = new OpenApiV2(own);
    }
    this.#generation = generation;
    this.#remoteGeneration = remoteGeneration;
    this.#groups = groupsOf(kinds, remotes.versions(), remotes.priorityOf);
    this.#merged = new MergedSwagger(this.#swagger!, remotes.documents.openApiV2());
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
    const { body } = jsonAnswer(200, aggregatedDiscovery(this.#groups.filter(isMeant)));
    const headers = { 'content-type': form.contentType, 'cache-control': 'public', etag: etagOf(body) };
    return vary({ status: 200, headers, body });
  }

  #version(group: string, version: string): Answer {
    const found = this.#groups
      .find(({ name }) => name === group)
      ?.versions.find((candidate) => candidate.version === version);
    if (!found) throw pageNotFound();
    return jsonAnswer(200, apiResourceList(group, found));
  }

  /** Kinds may change between any two steps: one answer is of those at its beginning. */
  *#swaggerAnswer(request: ApiRequest): Steps<Answer> {
    this.#refresh();
    const merged = this.#merged!;
    const wanted = header(request.headers, 'accept') ?? '*/*';
    const isProtobuf = wanted.includes(protobufTypes.asked) || wanted.includes(protobufTypes.answered);
    if (!isProtobuf && !/application\/json|\*\/\*/.test(wanted)) throw notAcceptable('not acceptable');
    const etag = `"${yield* merged.hash()}"`;
    const contentType = isProtobuf ? protobufTypes.answered : 'application/json';
    const headers = { 'content-type': contentType, etag, vary: 'Accept' };
    return { status: 200, headers, body: yield* isProtobuf ? merged.protobuf() : merged.json() };
  }

  *#openApiAnswer(name: string, request: ApiRequest): Steps<Answer> {
    this.#refresh();
    // A version that another server serves hides this server's own.
    const converted = this.#options.remotes.documents.converted(name);
    const document = converted ?? (yield* this.#openApi!.document(name));
    if (!document) throw pageNotFound();
    const wanted = header(request.headers, 'accept') ?? '*/*';
    if (!/application\/json|(?:application|\*)\/\*/.test(wanted)) throw notAcceptable('not acceptable');
    const etag = `"${document.hash}"`;
    // The URL contains the document's hash, so clients may cache it for ever.
    const hash = request.query.get('hash');
    const forever = hash === document.hash;
    if (hash && !forever) return movedTo(documentUrl(name, document.hash));
    const headers = {
      'content-type': 'application/json',
      etag,
      vary: 'Accept',
      ...(forever
        ? { 'cache-control': 'public, immutable', expires: FAR }
        : { 'cache-control': 'no-cache, private' }),
    };
    return { status: 200, headers, body: document.bytes };
  }

  /** Requests for the documents of other servers are forwarded, but for those that were made of their OpenAPI v2. */
  *#openApiIndex(): Steps<Answer> {
    this.#refresh();
    const answers = this.#answers;
    const known = answers.get('/openapi/v3');
    if (known) return known;
    const urls = this.#options.remotes.documents.openApiV3Urls();
    const remote = urls.map(([name, url]) => [name, { serverRelativeURL: url }]);
    const { paths } = yield* this.#openApi!.index();
    const answer = jsonAnswer(200, { paths: { ...paths, ...Object.fromEntries(remote) } });
    const made = { ...answer, headers: { ...answer.headers, etag: etagOf(answer.body) } };
    answers.set('/openapi/v3', made);
    return made;
  }
}

const etagOf = (body: Answer['body']): string =>
  `"${createHash('sha512').update(wholeBody(body)).digest('hex').toUpperCase()}"`;

/** A 304 if the client has the same document already. */
function unlessKnown(answer: Answer, { headers }: ApiRequest): Answer {
  const { etag } = answer.headers;
  const known = header(headers, 'if-none-match');
  if (!etag || known === undefined) return answer;
  const tags = known.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (!tags.includes(String(etag))) return answer;
  const { 'content-type': _, ...kept } = answer.headers;
  return { status: 304, headers: kept, body: Buffer.alloc(0) };
}

/** An old hash leads to the document as it is now. */
const movedTo = (location: string): Answer => ({
  status: 301,
  headers: { location },
  body: Buffer.alloc(0),
});

const DISCOVERY: Offered = { protobuf: true, forms: 'apidiscovery.k8s.io', yaml: true };

const MESSAGES: readonly StructType[] = [
  APIVersions,
  APIGroupList,
  APIGroup,
  APIResourceList,
  APIGroupDiscoveryList,
];

/** The same document with its body in protobuf, if that is preferred. */
function inProtobuf(form: Accepted, answer: Answer | undefined): Answer | undefined {
  if (!form.protobuf || !answer) return answer;
  const document = JSON.parse(wholeBody(answer.body).toString()) as Names & { apiVersion?: string };
  const type = MESSAGES.find(({ name }) => name.endsWith(`.${document.kind}`));
  if (!type) return answer;
  const body = encodeDocument(type, document, {
    apiVersion: document.apiVersion ?? 'v1',
    kind: document.kind,
  });
  return { ...answer, headers: { ...answer.headers, 'content-type': form.contentType }, body };
}

const vary = (answer: Answer): Answer => ({ ...answer, headers: { ...answer.headers, vary: 'Accept' } });
