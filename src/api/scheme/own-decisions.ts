// What is special about the kinds that have no stable version: other-kinds.ts writes it here when it is loaded, which happens only
// when --runtime-config turns one of them on. Of all other kinds, the tables by kind know it.
import type { Printer } from '../columns/printer.ts';
import { type AnyResource, ruledAs } from '../meta/v1/resource.ts';
import type { AnyRules } from '../validation/rules.ts';

export interface OwnDecisions {
  readonly rules: AnyRules;
  readonly printer: Printer;
  /** Feature gate without which the kind is not served, whatever --runtime-config says. */
  readonly gate?: string;
  /** The status subresource changes no metadata. */
  readonly statusKeepsMetadata?: boolean;
}

const decisions = new WeakMap<AnyResource, OwnDecisions>();

export function decide(kind: AnyResource, own: OwnDecisions): void {
  decisions.set(kind, own);
}

/** Undefined for a kind that stands in the tables. */
export const decisionsOf = (kind: AnyResource): OwnDecisions | undefined => decisions.get(ruledAs(kind));
