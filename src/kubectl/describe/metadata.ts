// What descriptions show of metadata, labels, annotations and selectors, and other lists below one title.
import type { LabelSelector } from '../../api/meta/v1/label-selector.ts';
import { labelSelectorOf } from '../../api/selectors/label-selector.ts';
import { labelsText } from '../printers/table.ts';
import { sortedEntries } from './values.ts';
import type { DescriptionWriter } from './writer.ts';

type Labels = Readonly<Record<string, string>> | undefined;

/** The title, then one line for each text; `<none>` when there is none. */
export function writeLines(w: DescriptionWriter, title: string, lines: readonly string[], indent = ''): void {
  w.write(0, `${indent}${title}:\t`);
  if (lines.length === 0) w.line('<none>');
  for (const [i, line] of lines.entries()) w.write(0, `${i === 0 ? '' : `${indent}\t`}${line}\n`);
}

export const writeLabels = (w: DescriptionWriter, title: string, labels: Labels, indent = ''): void =>
  writeLines(
    w,
    title,
    sortedEntries(labels).map(([key, value]) => `${key}=${value}`),
    indent,
  );

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
const LONGEST = 140;

/** A long value stands on lines of its own, cut. */
export function writeAnnotations(w: DescriptionWriter, title: string, annotations: Labels): void {
  const shown = sortedEntries(annotations).filter(([key]) => key !== LAST_APPLIED);
  w.write(0, `${title}:\t`);
  if (shown.length === 0) w.line('<none>');
  for (const [i, [key, full]] of shown.entries()) {
    if (i > 0) w.write(0, '\t');
    const value = full.endsWith('\n') ? full.slice(0, -1) : full;
    if (Buffer.byteLength(value) + Buffer.byteLength(key) + 2 <= LONGEST && !value.includes('\n')) {
      w.write(0, `${key}: ${value}\n`);
      continue;
    }
    w.write(0, `${key}:\n`);
    for (const line of value.split('\n')) w.write(0, `\t  ${cut(line, LONGEST - 2)}\n`);
  }
}

export function cut(text: string, bytes: number): string {
  const all = Buffer.from(text);
  return all.length > bytes ? `${all.subarray(0, bytes).toString()}...` : text;
}

interface Described {
  readonly metadata?:
    | {
        readonly name?: string | undefined;
        readonly namespace?: string | undefined;
        readonly labels?: Labels;
        readonly annotations?: Labels;
        readonly creationTimestamp?: string | null | undefined;
        readonly ownerReferences?:
          | readonly { kind: string; name: string; controller?: boolean | undefined }[]
          | undefined;
      }
    | undefined;
}

export const writeLabelsAndAnnotations = (w: DescriptionWriter, { metadata }: Described): void => {
  writeLabels(w, 'Labels', metadata?.labels);
  writeAnnotations(w, 'Annotations', metadata?.annotations);
};

/** Name, namespace, labels, annotations: how most descriptions of namespaced kinds begin. */
export function writeHead(w: DescriptionWriter, object: Described): void {
  writeNames(w, object);
  writeLabelsAndAnnotations(w, object);
}

export function writeNames(w: DescriptionWriter, { metadata }: Described): void {
  w.row(0, 'Name', metadata?.name ?? '');
  w.row(0, 'Namespace', metadata?.namespace ?? '');
}

/** The same of a kind without namespaces. */
export function writeClusterHead(w: DescriptionWriter, object: Described): void {
  w.row(0, 'Name', object.metadata?.name ?? '');
  writeLabelsAndAnnotations(w, object);
}

export function writeController(w: DescriptionWriter, { metadata }: Described): void {
  const owner = metadata?.ownerReferences?.find((one) => one.controller);
  if (owner) w.row(0, 'Controlled By', `${owner.kind}/${owner.name}`);
}

/** `a=b,c in (d,e)`; empty when it selects everything. */
export const selectorText = (selector: LabelSelector | undefined): string =>
  labelSelectorOf(selector).toString();

/** metav1.FormatLabelSelector. */
export function selectorOrNone(selector: LabelSelector | undefined): string {
  try {
    return selectorText(selector) || '<none>';
  } catch {
    return '<error>';
  }
}

export const mapText = (labels: Labels): string => labelsText(labels);
