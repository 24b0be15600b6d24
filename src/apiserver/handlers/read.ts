// GET of one object, lists and watches: parses selectors and options, and responds with the stored bytes. Synchronous over an
// embedded store. Upstream: staging/src/k8s.io/apiserver/pkg/endpoints/handlers/get.go.
import { badRequest, type FieldError, invalid } from '../../api/status/status-error.ts';
import { andThen, type Eventual } from '../registry/eventual.ts';
import type { ListOptions } from '../registry/resource.ts';
import type { Reply } from '../request.ts';
import { isTrue } from '../request-info.ts';
import { frameOf, type View } from '../watch-cache/change.ts';
import { type Selection, select } from '../watch-cache/selection.ts';
import { formOf, itemAnswer, listAnswer } from './answers/answers.ts';
import { eventForm, type Form } from './answers/forms.ts';
import { PROTOBUF_STREAM, protobufView } from './answers/protobuf.ts';
import type { Call } from './call.ts';
import { listErrors, watchErrors } from './read-options.ts';

export function get(call: Call): Eventual<Reply> {
  const { resource, info, request } = call;
  const version = request.query.get('resourceVersion') ?? '';
  return andThen(resource.get(info.namespace, info.name, version), (item) => itemAnswer(call, 200, item));
}

export function selectionOf({ resource, info, request }: Call): Selection {
  const { query } = request;
  const selection = select(
    resource.kind,
    info.namespace,
    { labelSelector: query.get('labelSelector') ?? '', fieldSelector: query.get('fieldSelector') ?? '' },
    resource.extraFields,
  );
  if (!info.name) return selection;
  // The deprecated path /watch/…/NAME: a watch of one object.
  return {
    ...selection,
    name: info.name,
    everything: false,
    matches: (item) => item.name === info.name && selection.matches(item),
  };
}

/** The paging and version options of a list; throws a 422 for invalid combinations. */
export function listOptions(query: URLSearchParams): ListOptions {
  const options = {
    limit: Math.max(0, wholeNumber(query, 'limit') ?? 0),
    continue: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
  };
  refuse(listErrors(options, query));
  return options;
}

export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
}

export function list(call: Call): Eventual<Reply> {
  const found = call.resource.list(selectionOf(call), listOptions(call.request.query));
  return andThen(found, (result) => listAnswer(call, result));
}

const HALF_HOUR = 30 * 60_000;

export function watch(call: Call): Eventual<Reply> {
  const { resource, request, random } = call;
  const { query } = request;
  refuse(watchErrors(query));
  const initial = query.get('sendInitialEvents');
  const seconds = Math.max(0, wholeNumber(query, 'timeoutSeconds') ?? 0);
  const opener = resource.watch(selectionOf(call), {
    resourceVersion: query.get('resourceVersion') ?? '',
    sendInitialEvents: initial === null ? undefined : isTrue(initial),
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    // As upstream (--min-request-timeout), other watches end after 30 to 60 minutes, at random, so that they do not all
    // reconnect at once.
    timeoutMs: seconds ? seconds * 1000 : HALF_HOUR * (1 + random.float()),
    view: viewOf(call),
  });
  return andThen(opener, (opened) => ({
    headers: {
      'content-type': call.accepted.protobuf ? PROTOBUF_STREAM : call.accepted.contentType,
      'cache-control': 'no-cache, private',
    },
    watch: opened,
  }));
}

/** Tables, partial metadata and protobuf in a watch. A frame is encoded once per form and shared by all watchers of this form. */
function viewOf(call: Call): View | undefined {
  if (call.accepted.protobuf) return protobufView(call);
  if (call.accepted.as === 'object') return undefined;
  const form = formOf(call);
  const name = `${form.accepted.contentType} ${form.includeObject}`;
  const viewed = (name: string, shape: Form): View => ({
    name,
    frame: (type, item) =>
      frameOf(
        type,
        type === 'ERROR' ? item.bytes : eventForm({ ...shape, now: call.clock.now() }, type, item),
      ),
  });
  const first = viewed(name, form);
  // As upstream, only the first table of a watch has columns.
  return form.accepted.as === 'Table'
    ? { ...first, rest: viewed(`${name} rows`, { ...form, noHeaders: true }) }
    : first;
}
