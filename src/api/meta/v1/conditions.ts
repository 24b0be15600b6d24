// Reads status.conditions, which most kinds have in the same form.
interface HasConditions<C> {
  readonly status?: { readonly conditions?: readonly C[] };
}

interface AnyCondition {
  readonly type: string;
  readonly status: string;
}

/** The condition of this type, if the object has it. */
export const conditionOf = <C extends AnyCondition>(
  object: HasConditions<C>,
  type: C['type'],
): C | undefined => object.status?.conditions?.find((condition) => condition.type === type);

/** True only for the status True; a condition that is missing, False or Unknown does not hold. */
export const isConditionTrue = (object: HasConditions<AnyCondition>, type: string): boolean =>
  conditionOf(object, type)?.status === 'True';
