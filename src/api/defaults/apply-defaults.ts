// Fills in defaults: those written beside the fields (`default`, `assumed`), and those of rules that depend on
// other fields (rules.ts). Called on decoded objects before and after admission; it is idempotent.

import { fillDefaults } from '../custom/defaults.ts';
import { type AnyResource, ruledAs } from '../meta/v1/resource.ts';
import type { AnyField, StructType, Type } from '../schema/notation.ts';
import { ownDefault } from '../scheme/own-decisions.ts';
import type { Json } from './rule.ts';
import { rules } from './rules.ts';

/** Changes `object` in place; it must not be shared. */
export function applyDefaults(kind: StructType, object: object): void {
  fillerOf(kind)?.(object as Json);
}

type Fill = (value: Json) => void;

/** Undefined for structs that have no defaults, including those of nested structs. */
const fillers = new WeakMap<StructType, Fill | undefined>();

function fillerOf(type: StructType): Fill | undefined {
  if (fillers.has(type)) return fillers.get(type);
  // Placeholder for structs that contain themselves.
  fillers.set(type, (value) => fillers.get(type)?.(value));
  const fill = compile(type);
  fillers.set(type, fill);
  return fill;
}

interface Constant {
  readonly name: string;
  readonly make: () => unknown;
  /** Zero counts as absent, because Go cannot distinguish them. */
  readonly zeroIsAbsent: boolean;
}

interface Child {
  readonly name: string;
  readonly fill: (value: unknown) => void;
}

function compile(type: StructType): Fill | undefined {
  const { custom } = type;
  if (custom) return (value) => void fillDefaults(value, custom.schema);
  const constants: Constant[] = [];
  const children: Child[] = [];
  for (const [name, field] of Object.entries(type.fields)) {
    const constant = constantOf(name, field);
    if (constant) constants.push(constant);
    const fill = childFiller(field.type);
    if (fill) children.push({ name, fill });
  }
  const rule = rules.get('resource' in type ? ruledAs(type as AnyResource) : type) ?? ownDefault(type);
  if (constants.length === 0 && children.length === 0 && !rule) return undefined;
  return (value) => {
    fillConstants(value, constants);
    rule?.(value as never);
    fillChildren(value, children);
  };
}

function fillConstants(value: Json, constants: readonly Constant[]): void {
  for (const { name, make, zeroIsAbsent } of constants) {
    const present = value[name];
    if (present === undefined || present === null || (zeroIsAbsent && isZero(present))) value[name] = make();
  }
}

function fillChildren(value: Json, children: readonly Child[]): void {
  for (const { name, fill } of children) {
    const child = value[name];
    if (child !== undefined && child !== null) fill(child);
  }
}

function constantOf(name: string, field: AnyField): Constant | undefined {
  const value = field.default !== undefined ? field.default : field.assumed;
  if (value === undefined) return undefined;
  return { name, make: makerOf(value), zeroIsAbsent: field.emit !== 'if-set' };
}

/** A new object each time. Most are empty: a clone would take a microsecond, and one body may have 60,000 of them. */
function makerOf(value: unknown): () => unknown {
  if (typeof value !== 'object' || value === null) return () => value;
  return Object.keys(value).length > 0 || Array.isArray(value) ? () => structuredClone(value) : () => ({});
}

const isZero = (value: unknown): boolean =>
  value === '' || value === 0 || value === false || (Array.isArray(value) && value.length === 0);

function childFiller(type: Type): ((value: unknown) => void) | undefined {
  if (type.is === 'struct') return fillerOf(type) as ((value: unknown) => void) | undefined;
  if (type.is !== 'list' && type.is !== 'map') return undefined;
  if (type.is === 'map' && type.of.is === 'quantity') return roundUpToMilli as (value: unknown) => void;
  const fill = childFiller(type.of);
  if (!fill) return undefined;
  return type.is === 'list'
    ? (value) => {
        for (const element of value as unknown[]) if (element) fill(element);
      }
    : (value) => {
        for (const element of Object.values(value as Json)) if (element) fill(element);
      };
}

const finerThanMilli = /[nu]$/;

/** Resource amounts have at most three decimals. */
function roundUpToMilli(amounts: Record<string, string>): void {
  for (const name in amounts) {
    const text = amounts[name] as string;
    if (finerThanMilli.test(text)) amounts[name] = milliRoundedUp(text);
  }
}

function milliRoundedUp(text: string): string {
  const negative = text.startsWith('-');
  const digits = BigInt(text.replace(/[-+nu]/g, ''));
  const unit = text.endsWith('n') ? 1_000_000n : 1_000n;
  const milli = (digits + (unit - 1n)) / unit;
  return `${negative ? '-' : ''}${milli}m`;
}
