// Expressions that select devices are compiled when a claim, a template or a class is written. What compiles them is loaded with the
// first such write: a server without devices never loads it.
// Paths and messages follow k8s.io/kubernetes pkg/apis/resource/validation.
import type { Steps } from '../../../../kit/clock.ts';
import { addAll } from '../../../../kit/lists.ts';
import type { FeatureGates } from '../../../features/feature-gates.ts';
import type { DeviceSelector } from '../../../kinds/resource/v1/device.ts';
import { MAX_SELECTOR, MAX_SELECTOR_COST } from '../../../kinds/resource/v1/limits.ts';
import { expressionError } from '../../admission/expressions.ts';
import { type FieldError, forbidden, required, tooLong } from '../../field.ts';
import { tooManyErrors } from './lists.ts';

type Engine = typeof import('../../../cel/devices/selectors.ts');

let engine: Engine | undefined;

/** Must have resolved before such an object is validated: admission awaits it. */
export async function loadSelectors(): Promise<void> {
  if (engine) return;
  const loaded = await import('../../../cel/devices/selectors.ts');
  await loaded.loadPatterns();
  engine = loaded;
}

const WITH_SELECTORS = new Set(['DeviceClass', 'ResourceClaim', 'ResourceClaimTemplate']);

export const hasSelectors = (object: { kind?: string } | undefined): boolean =>
  WITH_SELECTORS.has(object?.kind ?? '');

const MAX_SELECTORS = 32;

/** Expressions that are `stored` already may use what a feature gate has turned off since. */
export function* selectorsErrors(
  path: string,
  selectors: readonly DeviceSelector[] = [],
  gates: FeatureGates,
  stored = false,
): Steps<FieldError[]> {
  const errors = tooManyErrors(path, selectors, MAX_SELECTORS);
  if (errors.length > 0) return errors;
  for (const [i, { cel }] of selectors.entries()) {
    const at = `${path}[${i}].cel`;
    if (cel) addAll(errors, yield* expressionErrors(`${at}.expression`, cel.expression ?? '', gates, stored));
    else errors.push(required(at));
  }
  return errors;
}

function* expressionErrors(
  path: string,
  text: string,
  gates: FeatureGates,
  stored: boolean,
): Steps<FieldError[]> {
  if (Buffer.byteLength(text) > MAX_SELECTOR) return [tooLong(path, MAX_SELECTOR)];
  if (!engine) throw new Error('selectors have not been loaded');
  const lists = gates.enabled('DRAListTypeAttributes');
  const made = yield* engine.compileSelector(text, {
    multipleAllocations: stored || gates.enabled('DRAConsumableCapacity'),
    includes: stored || lists,
    lists,
  });
  yield;
  if ('error' in made) return [expressionError(path, text, made.error, made.internal)];
  return made.maximumCost > MAX_SELECTOR_COST ? [forbidden(path, 'too complex, exceeds cost limit')] : [];
}
