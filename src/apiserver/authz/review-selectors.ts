// The field and label selectors of access reviews: what may be wrong with them, and the requirements that authorizers see.
// Called by reviews.ts. Upstream: pkg/apis/authorization/validation and pkg/registry/authorization/util/helpers.go.
import type {
  FieldSelectorAttributes,
  LabelSelectorAttributes,
  ResourceAttributes,
} from '../../api/kinds/authorization/v1/access-review.ts';
import type { FieldSelectorRequirement, LabelSelectorRequirement } from '../../api/meta/v1/label-selector.ts';
import { type FieldRequirement, parseFieldSelector } from '../../api/selectors/field-selector.ts';
import type { LabelRequirement } from '../../api/selectors/label-requirement.ts';
import { requirementOf } from '../../api/selectors/label-selector.ts';
import { parseLabelSelector } from '../../api/selectors/parse-labels.ts';
import { type FieldError, invalid, required } from '../../api/validation/field.ts';
import { operatorErrors, validateLabelRequirement } from '../../api/validation/labels.ts';
import type { Selectors } from './attributes.ts';

const AT = 'spec.resourceAttributes';

export function selectorErrors({ fieldSelector, labelSelector }: ResourceAttributes): FieldError[] {
  const fields = fieldSelector?.requirements ?? [];
  const labels = labelSelector?.requirements ?? [];
  return [
    ...formErrors(fieldSelector, `${AT}.fieldSelector`),
    ...fields.flatMap((one, i) => {
      const path = `${AT}.fieldSelector.requirements[${i}]`;
      const keyErrors = one.key ? [] : [required(`${path}.key`, 'must be specified')];
      return [...keyErrors, ...operatorErrors(one, path, true)];
    }),
    ...formErrors(labelSelector, `${AT}.labelSelector`),
    ...labels.flatMap((one, i) =>
      validateLabelRequirement(one, `${AT}.labelSelector.requirements[${i}]`, true),
    ),
  ];
}

function formErrors(
  selector: FieldSelectorAttributes | LabelSelectorAttributes | undefined,
  path: string,
): FieldError[] {
  if (!selector) return [];
  const { rawSelector, requirements } = selector;
  if (rawSelector && requirements?.length)
    return [
      invalid(`${path}.rawSelector`, rawSelector, 'may not specified at the same time as requirements'),
    ];
  if (rawSelector || requirements?.length) return [];
  return [
    required(`${path}.requirements`, `when ${path} is specified, requirements or rawSelector is required`),
  ];
}

/** The requirements that can be understood, and a sentence per selector that was ignored in whole or in part. */
export function selectorsOf({ fieldSelector, labelSelector }: ResourceAttributes): {
  readonly selectors: Selectors;
  readonly problems: readonly string[];
} {
  const fields = fieldSelector && read(fieldSelector, parseFieldSelector, fieldRequirement);
  const labels = labelSelector && read(labelSelector, parseLabelSelector, labelRequirement);
  return {
    selectors: {
      ...(fields?.known.length && { fieldSelector: fields.known }),
      ...(labels?.known.length && { labelSelector: labels.known }),
    },
    problems: [...problemOf('fieldSelector', fields), ...problemOf('labelSelector', labels)],
  };
}

interface Read<R> {
  readonly known: readonly R[];
  readonly complete: boolean;
}

function read<R, W>(
  { rawSelector, requirements = [] }: { rawSelector?: string; requirements?: readonly W[] },
  parse: (text: string) => { readonly requirements: readonly R[] },
  understood: (wire: W) => R | undefined,
): Read<R> {
  if (!rawSelector) {
    const known = requirements.map(understood).filter((one) => one !== undefined);
    return { known, complete: known.length === requirements.length };
  }
  try {
    return { known: parse(rawSelector).requirements, complete: true };
  } catch {
    return { known: [], complete: false };
  }
}

function problemOf(name: string, selector: Read<unknown> | undefined): string[] {
  if (!selector || selector.complete) return [];
  const how = selector.known.length > 0 ? 'partially ignored' : 'ignored';
  return [`${AT}.${name} ${how} due to parse error`];
}

/** Field selectors have only one value, and no test for existence. */
function fieldRequirement({
  key,
  operator,
  values = [],
}: FieldSelectorRequirement): FieldRequirement | undefined {
  if (values.length !== 1 || (operator !== 'In' && operator !== 'NotIn')) return undefined;
  return { field: key, operator: operator === 'In' ? '=' : '!=', value: values[0]! };
}

function labelRequirement(wire: LabelSelectorRequirement): LabelRequirement | undefined {
  try {
    return requirementOf(wire);
  } catch {
    return undefined;
  }
}
