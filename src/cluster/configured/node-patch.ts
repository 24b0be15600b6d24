// What has to change in a Node for its labels, annotations and taints to be those of tiphys.yaml. What others gave it stays, and so does
// what they changed of what an earlier file gave it. Pure.
import type { Node, Taint } from '../../api/kinds/core/v1/node.ts';
import type { NodeMarks } from './note.ts';

/** A JSON merge patch; undefined when nothing has to change. `before`: what an earlier start gave it. */
export function nodePatch(node: Node, wanted: NodeMarks, before: NodeMarks): object | undefined {
  const { labels: has = {}, annotations: notes = {}, resourceVersion } = node.metadata;
  const labels = changes(has, wanted.labels, before.labels);
  const annotations = changes(notes, wanted.annotations, before.annotations);
  const old = node.spec?.taints ?? [];
  const taints = taintsOf(old, wanted.taints, before.taints);
  const sameTaints = JSON.stringify(taints) === JSON.stringify(old);
  if (!labels && !annotations && sameTaints) return undefined;
  return {
    // Taints are replaced as a whole: one that came meanwhile must not be lost.
    metadata: {
      ...(!sameTaints && { resourceVersion }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
    },
    ...(!sameTaints && { spec: { taints } }),
  };
}

type Texts = Readonly<Record<string, string>>;

function changes(has: Texts, wanted: Texts, before: Texts): Record<string, string | null> | undefined {
  const gone = Object.keys(before).filter((key) => !Object.hasOwn(wanted, key) && has[key] === before[key]);
  const set = Object.entries(wanted).filter(([key, value]) => has[key] !== value);
  if (gone.length === 0 && set.length === 0) return undefined;
  return Object.fromEntries([...gone.map((key) => [key, null]), ...set]);
}

function taintsOf(has: readonly Taint[], wanted: readonly Taint[], before: readonly Taint[]): Taint[] {
  const isIn = (list: readonly Taint[], taint: Taint) => list.some((one) => isSame(one, taint));
  const kept = has.filter((taint) => !isIn(before, taint) || isIn(wanted, taint));
  const others = kept.map((taint) => {
    const own = wanted.find((one) => isSame(one, taint));
    return own && (own.value ?? '') !== (taint.value ?? '') ? { ...taint, ...own } : taint;
  });
  return [...others, ...wanted.filter((taint) => !isIn(has, taint))];
}

/** A Node has one taint of a key and an effect. */
const isSame = (one: Taint, other: Taint): boolean => one.key === other.key && one.effect === other.effect;
