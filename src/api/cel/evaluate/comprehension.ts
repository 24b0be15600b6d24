// Runs the loops that macros become.

import {
  CelError,
  isList,
  type ListValue,
  MapValue,
  type Result,
  typeOfValue,
  type Value,
} from '../values/value.ts';
import type { Frame, Run } from './frame.ts';

interface Fold {
  accumulator: number;
  /** Undefined: computed when first used. */
  initial: Value | undefined;
  variable: number;
  variable2: number | undefined;
  range: Run;
  /** Undefined: always true. */
  condition: Run | undefined;
  step: Run;
  result: Run;
}

export function foldComprehension(fold: Fold): Run {
  const { accumulator, initial, range, result } = fold;
  return (frame) => {
    const over = range(frame);
    if (over instanceof CelError) return over;
    frame.slots[accumulator] = initial;
    if (isList(over)) foldList(fold, frame, over);
    else if (over instanceof MapValue) foldMap(fold, frame, over);
    else if (fold.variable2 !== undefined)
      return new CelError(`unsupported comprehension range type: ${typeOfValue(over).name}`);
    else return new CelError(`got '${typeOfValue(over).name}', expected iterable type`);
    return result(frame);
  };
}

function step(fold: Fold, frame: Frame): boolean {
  if (fold.condition !== undefined) {
    const go: Result = fold.condition(frame);
    if (go === false) return false;
  }
  frame.slots[fold.accumulator] = fold.step(frame);
  return true;
}

function foldList(fold: Fold, frame: Frame, list: ListValue): void {
  const { variable, variable2 } = fold;
  for (let i = 0, n = list.length; i < n; i++) {
    if (variable2 === undefined) frame.slots[variable] = list.at(i);
    else {
      frame.slots[variable] = BigInt(i);
      frame.slots[variable2] = list.at(i);
    }
    if (!step(fold, frame)) return;
  }
}

function foldMap(fold: Fold, frame: Frame, map: MapValue): void {
  const { variable, variable2 } = fold;
  for (const key of map.keys()) {
    frame.slots[variable] = key;
    if (variable2 !== undefined) frame.slots[variable2] = map.get(key);
    if (!step(fold, frame)) return;
  }
}
