// The port to admission: plugins see a write before it is validated (admit, may change the object) and after (validate).
import type { KubeObject } from '../../api/meta/v1/resource.ts';
import type { Served } from './served.ts';
import type { WriteContext } from './write-context.ts';

export interface Attributes {
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  readonly served: Served;
  readonly name: string;
  readonly context: WriteContext;
  /** Undefined for DELETE. For a subresource with a kind of its own, that kind's object. */
  readonly object: KubeObject | undefined;
  readonly old: KubeObject | undefined;
}

export interface Admission {
  admit(attributes: Attributes): void | Promise<void>;
  validate(attributes: Attributes): void | Promise<void>;
}

export const admitsAll: Admission = { admit() {}, validate() {} };
