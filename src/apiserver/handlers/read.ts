// GET of one object, lists and watches: selectors and versions from the query, stored bytes in the answer.
import { badRequest, type FieldError, invalid, notFound } from '../../api/status/status-error.ts';
import { type ListOptions, list, parseRevision, tooLarge } from '../registry/list.ts';
import { targetOf } from '../registry/served.ts';
import type { Answer, Reply } from '../request.ts';
import { isTrue } from '../request-info.ts';
import type { Item } from '../watch-cache/item.ts';
import { type Selection, select } from '../watch-cache/selection.ts';
import { type View, watchSession } from '../watch-cache/watch-session.ts';
import { formOf, itemAnswer, listAnswer } from './answers/answers.ts';
import { itemForm } from './answers/forms.ts';
import type { ResourceCall } from './context.ts';

export function get(call: ResourceCall): Answer {
  const { served, info, request } = call;
  const version = request.query.get('resourceVersion') ?? '';
  const current = served.cache.store.revision;
  if (version && parseRevision(version) > current) throw tooLarge(parseRevision(version), current);
  const item = served.cache.get(info.namespace, info.name);
  if (!item) throw notFound(targetOf(served), info.name);
  return itemAnswer(call, 200, item);
}

export function selectionOf({ served, info, request }: ResourceCall): Selection {
  const { query } = request;
  const selection = select(
    served.kind,
    info.namespace,
    { labelSelector: query.get('labelSelector') ?? '', fieldSelector: query.get('fieldSelector') ?? '' },
    served.extraFields,
  );
  if (!info.name) return selection;
  // The old path /watch/…/NAME: a watch of one object.
  return {
    ...selection,
    name: info.name,
    everything: false,
    matches: (i) => i.name === info.name && selection.matches(i),
  };
}

export function listOptions(query: URLSearchParams): ListOptions {
  const options = {
    limit: Math.max(0, wholeNumber(query, 'limit') ?? 0),
    continue: query.get('continue') ?? '',
    resourceVersion: query.get('resourceVersion') ?? '',
    resourceVersionMatch: query.get('resourceVersionMatch') ?? '',
  };
  const errors = listErrors(options, query);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  return options;
}

function listErrors(options: ListOptions, query: URLSearchParams): FieldError[] {
  const match = options.resourceVersionMatch;
  const field = 'resourceVersionMatch';
  const forbidden = (what: string, why: string): FieldError => ({
    type: 'FieldValueForbidden',
    field: what,
    message: `Forbidden: ${why}`,
  });
  const errors: FieldError[] = [];
  if (query.has('sendInitialEvents'))
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'));
  if (!match) return errors;
  if (!options.resourceVersion)
    errors.push(forbidden(field, 'resourceVersionMatch is forbidden unless resourceVersion is provided'));
  if (options.continue)
    errors.push(forbidden(field, 'resourceVersionMatch is forbidden when continue is provided'));
  if (match !== 'Exact' && match !== 'NotOlderThan')
    errors.push({
      type: 'FieldValueNotSupported',
      field,
      message: `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan"`,
    });
  if (match === 'Exact' && options.resourceVersion === '0')
    errors.push(forbidden(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
  return errors;
}

export function wholeNumber(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}

export function listObjects(call: ResourceCall): Answer {
  const result = list(call.served.cache, selectionOf(call), listOptions(call.request.query));
  return listAnswer(call, result.items, {
    resourceVersion: String(result.revision),
    ...(result.continue && { continue: result.continue }),
    ...(result.remaining !== undefined && { remainingItemCount: result.remaining }),
  });
}

const HALF_HOUR = 30 * 60_000;

export function watch(call: ResourceCall): Reply {
  const { served, shared, request } = call;
  const { query } = request;
  const initial = query.get('sendInitialEvents');
  const errors = watchErrors(query);
  if (errors.length > 0) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors);
  const version = query.get('resourceVersion') ?? '';
  const from = version && version !== '0' ? parseRevision(version) : undefined;
  const seconds = Math.max(0, wholeNumber(query, 'timeoutSeconds') ?? 0);
  const streaming = initial !== null && isTrue(initial);
  if (streaming && from !== undefined && from > served.cache.store.revision)
    throw tooLarge(from, served.cache.store.revision);
  const options = {
    from: streaming ? undefined : initial !== null && from === undefined ? served.cache.store.revision : from,
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    endOfInitialEvents: streaming,
    timeoutMs: seconds ? seconds * 1000 : HALF_HOUR * (1 + shared.random.float()),
  };
  return {
    headers: { 'content-type': call.accepted.contentType, 'cache-control': 'no-cache, private' },
    watch: watchSession(served.cache, selectionOf(call), options, shared.clock, viewOf(call)),
  };
}

/** Tables and partial metadata in a watch; frames of one form are made once for all who want it. */
function viewOf(call: ResourceCall): View | undefined {
  if (call.accepted.as === 'object') return undefined;
  const form = formOf(call);
  const name = `${form.accepted.contentType} ${form.includeObject}`;
  const make = (item: Item) => itemForm({ ...form, now: call.shared.clock.now() }, item) ?? item.bytes;
  return { name, make };
}

function watchErrors(query: URLSearchParams): FieldError[] {
  const match = query.get('resourceVersionMatch') ?? '';
  const initial = query.has('sendInitialEvents');
  const forbidden = (field: string, why: string): FieldError[] => [
    { type: 'FieldValueForbidden', field, message: `Forbidden: ${why}` },
  ];
  if (match && !initial)
    return forbidden(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  if (initial && match !== 'NotOlderThan')
    return forbidden(
      'resourceVersionMatch',
      'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  return [];
}
