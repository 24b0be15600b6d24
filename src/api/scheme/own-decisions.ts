// What is special about the kinds that have no stable version: other-kinds.ts writes it here when it is loaded, which happens only
// when --runtime-config turns one of them on. Of all other kinds, the tables by kind know it.
import type { Printer } from '../columns/printer.ts';
import type { Entry, Rule } from '../defaults/rule.ts';
import { type AnyResource, type KubeObject, ruledAs } from '../meta/v1/resource.ts';
import type { StructType } from '../schema/notation.ts';
import type { AnyRules } from '../validation/rules.ts';

export interface OwnDecisions {
  readonly rules: AnyRules;
  readonly printer: Printer;
  /** Feature gate without which the kind is not served, whatever --runtime-config says. */
  readonly gate?: string;
  /** The status subresource changes no metadata. */
  readonly statusKeepsMetadata?: boolean;
  /** Paths by which it can be selected besides the name; the namespace is then not among them. */
  readonly selectable?: readonly string[];
}

const decisions = new WeakMap<AnyResource, OwnDecisions>();

export function decide(kind: AnyResource, own: OwnDecisions): void {
  decisions.set(kind, own);
}

/** Undefined for a kind that stands in the tables. */
export const decisionsOf = (kind: AnyResource): OwnDecisions | undefined => decisions.get(ruledAs(kind));

const defaults = new WeakMap<StructType, Rule>();

/** A default that depends on other fields, of a struct that only these kinds have. */
export function decideDefault([type, rule]: Entry): void {
  defaults.set(type, rule);
}

export const ownDefault = (type: StructType): Rule | undefined => defaults.get(type);

type Form = (object: KubeObject) => KubeObject;
const forms = new WeakMap<AnyResource, Form>();

/** How an object of a version with other fields is written in the version that is stored. */
export function decideForm(kind: AnyResource, toStored: Form): void {
  forms.set(kind, toStored);
}

/** The object as the rules of its kind know it. */
export const ruledForm = (kind: AnyResource, object: KubeObject): KubeObject =>
  forms.get(kind)?.(object) ?? object;
