// What a kind adds to the validation that all kinds share. A kind's rules stand in the file of its group.
import type { Steps } from '../../kit/clock.ts';
import type { KubeObject } from '../meta/v1/resource.ts';
import type { FieldError } from './field.ts';
import type { NameRule } from './object-meta.ts';

export interface Rules<T> {
  /** Defaults to a DNS subdomain. */
  readonly name?: NameRule;
  /** In place of `name`, where the rule depends on the object. */
  nameOf?(object: T): NameRule;
  /** Everything except metadata. Defaults to the checks that follow from the definition. */
  create?(object: T): FieldError[];
  /** Everything except metadata. Defaults to `create`. */
  update?(object: T, old: T): FieldError[];
  /** In place of `create` and `update` where they may take long. */
  createInSteps?(object: T): Steps<FieldError[]>;
  updateInSteps?(object: T, old: T): Steps<FieldError[]>;
  status?(object: T, old: T): FieldError[];
}

/** Rules as the table keeps them. Objects have been decoded as the kind that the rules are for. */
export type AnyRules = Rules<KubeObject>;
