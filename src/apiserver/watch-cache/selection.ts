// The items that a list or watch selects: a namespace, a label selector and a field selector, compiled once per request.
// Called by handlers/read.ts.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import { type FieldSelector, parseFieldSelector } from '../../api/selectors/field-selector.ts';
import type { LabelSelector } from '../../api/selectors/label-selector.ts';
import { parseLabelSelector } from '../../api/selectors/parse-labels.ts';
import { fieldMatcher } from '../../api/selectors/selectable-fields.ts';
import { SelectorError } from '../../api/selectors/selector-error.ts';
import { badRequest } from '../../api/status/status-error.ts';
import type { Item } from './item.ts';

export interface Selection {
  readonly namespace: string;
  /** Set if the field selector requires one metadata.name: at most one object per namespace matches. */
  readonly name: string | undefined;
  /** True when every item of the namespace matches. */
  readonly everything: boolean;
  /** Set if the field selector requires one spec.nodeName; the broadcaster indexes watchers by it. */
  readonly nodeName: string | undefined;
  readonly matches: (item: Item) => boolean;
}

export interface Selectors {
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
}

const everything = (namespace: string): Selection => ({
  namespace,
  name: undefined,
  everything: true,
  nodeName: undefined,
  matches: namespace ? (item) => item.namespace === namespace : () => true,
});

/** Throws a 400 in upstream's words for an invalid selector or an unknown field. */
export function select(
  kind: AnyResource,
  namespace: string,
  { labelSelector, fieldSelector }: Selectors,
  extraFields: readonly string[] = [],
): Selection {
  if (!labelSelector && !fieldSelector) return everything(namespace);
  const labels = parseOrRefuse(labelSelector ?? '', parseLabelSelector);
  const fields = parseOrRefuse(fieldSelector ?? '', (text) => {
    const parsed = parseFieldSelector(text);
    fieldMatcher(kind, parsed, extraFields);
    return parsed;
  });
  return compile(namespace, labels, fields);
}

function parseOrRefuse<T>(text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    throw error instanceof SelectorError ? badRequest(error.message) : error;
  }
}

function compile(namespace: string, labels: LabelSelector, fields: FieldSelector): Selection {
  const read = (item: Item) => (field: string) =>
    field === 'metadata.name'
      ? item.name
      : field === 'metadata.namespace'
        ? item.namespace
        : (item.fields[field] ?? '');
  return {
    namespace,
    name: fields.exact('metadata.name'),
    everything: labels.empty && fields.empty,
    nodeName: fields.exact('spec.nodeName'),
    matches: (item) =>
      (!namespace || item.namespace === namespace) &&
      (labels.empty || labels.matches(item.labels)) &&
      (fields.empty || fields.matches(read(item))),
  };
}
