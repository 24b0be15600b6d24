// Reads status.conditions, which has the same form in most kinds.
interface HasConditions<C> {
  readonly status?: { readonly conditions?: readonly C[] };
}

interface AnyCondition {
  readonly type?: string;
  readonly status?: string;
}

/** The condition of a type, if the object has one. */
export const conditionOf = <C extends AnyCondition>(
  object: HasConditions<C>,
  type: NonNullable<C['type']>,
): C | undefined => object.status?.conditions?.find((condition) => condition.type === type);

/** False for a condition that is missing, False or Unknown. */
export const isConditionTrue = (object: HasConditions<AnyCondition>, type: string): boolean =>
  conditionOf(object, type)?.status === 'True';
