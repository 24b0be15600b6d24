// What a kind adds to the validation that all kinds share. A kind's rules stand in the file of its group.
import type { KubeObject } from '../meta/v1/resource.ts';
import type { FieldError } from './field.ts';
import type { NameRule } from './object-meta.ts';

export interface Rules<T> {
  /** DNS subdomain when left out. */
  readonly name?: NameRule;
  /** Everything but metadata. When left out, what the definitions alone can tell. */
  create?(object: T): FieldError[];
  /** Everything but metadata; `create` when left out. */
  update?(object: T, old: T): FieldError[];
  status?(object: T, old: T): FieldError[];
}

/** Rules as the table keeps them. Objects have been decoded as the kind that the rules are for. */
export type AnyRules = Rules<KubeObject>;
