// The versions in which the objects of a kind are served, and how they are converted between them. Implemented for built-in kinds
// (built-in-versions.ts) and for custom kinds (crd/conversion/custom-versions.ts). Called for managedFields of other versions,
// and by admission for webhooks and policies that match in another version.
import type { AnyResource } from '../../api/meta/v1/resource.ts';
import type { Converter } from '../../api/patch/apply/versions.ts';

/** A promise of a conversion rejects if a webhook fails. */
export interface Versions extends Converter {
  /** Of all versions, in the order of their definition. */
  readonly kinds: readonly AnyResource[];
}
