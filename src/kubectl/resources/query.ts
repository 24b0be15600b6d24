// What a command wants to have found: see find-resources.ts.
import type { PatchKind } from './info.ts';

export type { PatchKind };

export interface ResourceQuery {
  /** `TYPE NAME…`, `TYPE/NAME…`, `TYPE,TYPE`. */
  readonly args?: readonly string[];
  /** Names, also as TYPE/NAME, of objects whose type is `type` otherwise. */
  readonly named?: { readonly type: string; readonly names: readonly string[] };
  readonly filename?: readonly string[];
  readonly kustomize?: string;
  readonly recursive?: boolean;
  /** A text to read as if it were a file of that name. */
  readonly text?: { readonly text: string; readonly source: string };
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** --all. */
  readonly all?: boolean;
  /** A type alone means all objects of it. */
  readonly typeMeansAll?: boolean;
  /** Where objects are when they do not say; see Session.namespace. */
  readonly namespace: string;
  /** Objects in files must not be of another namespace. */
  readonly enforceNamespace?: boolean;
  readonly allNamespaces?: boolean;
  /** Objects per request of a list; 0 for all at once. */
  readonly chunkSize?: number;
  readonly subresource?: string;
  /** Lists are taken apart. */
  readonly flatten?: boolean;
  /** Objects of files are read from the server. */
  readonly latest?: boolean;
  /** Goes on after an error; all of them are thrown at the end. */
  readonly continueOnError?: boolean;
  readonly singleType?: boolean;
  /** Objects that are named are not read. */
  readonly withoutObjects?: boolean;
  /** No request is made: files only, whose kinds are not looked up. */
  readonly local?: boolean;
  /** What objects of files have to say before anything else is asked of them; see --validate. */
  readonly validate?: boolean;
  /** Headers and parameters of the requests that read. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
}
