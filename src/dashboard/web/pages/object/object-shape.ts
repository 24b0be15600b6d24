// What the pages know of any object: metadata, and parts whose form depends on the kind.
import type { KubeObject as Base } from '../../../../api/meta/v1/resource.ts';

export interface KubeObject extends Base {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}
