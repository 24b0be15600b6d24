// All defaulting rules, by the struct they fill. apply-defaults.ts is the only caller.
import type { StructType } from '../schema/notation.ts';
import { clusterRules } from './cluster.ts';
import { coreRules } from './core.ts';
import { linkedRules } from './linked-addresses.ts';
import { podRules } from './pod.ts';
import type { Rule } from './rule.ts';
import { workloadRules } from './workloads.ts';

export const rules: ReadonlyMap<StructType, Rule> = new Map([
  ...podRules,
  ...coreRules,
  ...workloadRules,
  ...clusterRules,
  ...linkedRules,
]);
