// A label selector of the command line as the selector of an object (ParseToLabelSelector). Pure.
import type { LabelSelector, LabelSelectorRequirement } from '../../api/meta/v1/label-selector.ts';
import { parseLabelSelector } from '../../api/selectors/parse-labels.ts';
import { messageOf } from '../../kit/message-of.ts';
import { goQuote } from './quote.ts';

const OPERATORS: Readonly<Record<string, string>> = {
  in: 'In',
  notin: 'NotIn',
  '!=': 'NotIn',
  exists: 'Exists',
  '!': 'DoesNotExist',
};

export function selectorOfText(text: string): LabelSelector {
  const matchLabels: Record<string, string> = {};
  const matchExpressions: LabelSelectorRequirement[] = [];
  for (const { key, operator, values } of requirementsOf(text)) {
    const name = OPERATORS[operator];
    if (operator === '=' || operator === '==') matchLabels[key] = values[0] ?? '';
    else if (name === undefined) throw new Error(`${goQuote(operator)} isn't supported in label selectors`);
    else matchExpressions.push({ key, operator: name, ...(values.length > 0 && { values: [...values] }) });
  }
  return {
    ...(Object.keys(matchLabels).length > 0 && { matchLabels }),
    ...(matchExpressions.length > 0 && { matchExpressions }),
  };
}

function requirementsOf(text: string) {
  try {
    return parseLabelSelector(text).requirements;
  } catch (cause) {
    throw new Error(`couldn't parse the selector string "${text}": ${messageOf(cause)}`);
  }
}
