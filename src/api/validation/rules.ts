// What a kind adds to the checks that all kinds share. A kind's rules stand in the file of its group.
import type { KubeObject } from '../meta/v1/resource.ts';
import type { FieldError } from './field.ts';
import type { NameRule } from './object-meta.ts';

export interface Rules<T> {
  /** DNS subdomain when left out. */
  readonly name?: NameRule;
  /** Everything but metadata. When left out, what the definitions alone can tell. */
  readonly create?: (object: T) => FieldError[];
  /** Everything but metadata; `create` when left out. */
  readonly update?: (object: T, old: T) => FieldError[];
  readonly status?: (object: T, old: T) => FieldError[];
}

/** Rules as the registry keeps them: the object has been decoded as that kind. */
export type AnyRules = Rules<KubeObject>;

export const rulesFor = <T extends KubeObject>(rules: Rules<T>): AnyRules => rules as unknown as AnyRules;
