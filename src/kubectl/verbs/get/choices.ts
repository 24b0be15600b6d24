// What a `get` was told, and what of it list.ts and watch.ts need alike: the query, and the printer for a resource.
import type { Mapping } from '../../discovery/served.ts';
import type { Io } from '../../io/io.ts';
import { getPrinterOf } from '../../printers/get-printer.ts';
import type { Printer } from '../../printers/printer.ts';
import type { ResourceQuery } from '../../resources/query.ts';

export interface GetChoices {
  readonly args: readonly string[];
  readonly filename: readonly string[];
  readonly kustomize: string;
  readonly recursive: boolean;
  readonly output: string;
  readonly template: string;
  readonly 'allow-missing-template-keys': boolean;
  readonly 'show-managed-fields': boolean;
  readonly 'no-headers': boolean;
  readonly 'show-labels': boolean;
  readonly 'show-kind': boolean;
  readonly 'label-columns': readonly string[];
  readonly 'sort-by': string;
  readonly watch: boolean;
  readonly 'watch-only': boolean;
  readonly 'output-watch-events': boolean;
  readonly 'ignore-not-found': boolean;
  readonly 'field-selector': string;
  readonly 'all-namespaces': boolean;
  readonly 'server-print': boolean;
  readonly 'chunk-size': number;
  readonly selector: string;
  readonly subresource: string;
}

/** Tables are for people; every other format gets the objects themselves. */
export const isForPeople = ({ output, template }: GetChoices): boolean =>
  (output === '' && template === '') || output === 'wide';

export const TABLE_ACCEPT =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json';

/** Whether the server makes the tables. */
export const asksForTables = (choices: GetChoices): boolean =>
  choices['server-print'] && isForPeople(choices);

export function queryOf(
  choices: GetChoices,
  { namespace, explicit }: { readonly namespace: string; readonly explicit: boolean },
): ResourceQuery {
  const tables = asksForTables(choices);
  return {
    args: choices.args,
    filename: choices.filename,
    kustomize: choices.kustomize,
    recursive: choices.recursive,
    labelSelector: choices.selector,
    fieldSelector: choices['field-selector'],
    subresource: choices.subresource,
    namespace,
    enforceNamespace: explicit && !choices['all-namespaces'],
    allNamespaces: choices['all-namespaces'],
    typeMeansAll: true,
    latest: true,
    // Sorting needs all of a list at once, and the objects behind its rows.
    chunkSize: choices['sort-by'] ? 0 : choices['chunk-size'],
    ...(tables && { headers: { accept: TABLE_ACCEPT } }),
    ...(tables && choices['sort-by'] && { query: { includeObject: 'Object' } }),
  };
}

export function printerFor(
  choices: GetChoices,
  io: Io,
  mapping: Mapping | undefined,
  { withNamespace, withKind }: { readonly withNamespace: boolean; readonly withKind: boolean },
): Promise<Printer> {
  const kind =
    mapping && (withKind || choices['show-kind'])
      ? { withKind: { kind: mapping.kind, group: mapping.group } }
      : {};
  return getPrinterOf(
    {
      output: choices.output,
      template: choices.template,
      allowMissingTemplateKeys: choices['allow-missing-template-keys'],
      showManagedFields: choices['show-managed-fields'],
    },
    {
      noHeaders: choices['no-headers'],
      showLabels: choices['show-labels'],
      labelColumns: choices['label-columns'],
      withNamespace,
      ...kind,
    },
    { cwd: io.cwd, env: io.env },
  );
}
