// The fields of x-kubernetes-validations besides the expressions themselves. Called by schema-checks.ts.
import { isObject } from '../../../api/patch/json.ts';
import type { JsonSchema } from '../../../api/schema/json-schema.ts';
import { findField } from '../field-path.ts';
import type { Report } from './report.ts';

const REASONS = ['FieldValueDuplicate', 'FieldValueForbidden', 'FieldValueInvalid', 'FieldValueRequired'];

const hasLineBreaks = (text: string): boolean => /[\n\r]/.test(text);

export function checkRules(schema: JsonSchema, path: string, report: Report): void {
  for (const [i, rule] of (schema['x-kubernetes-validations'] ?? []).entries())
    checkRule(rule, schema, `${path}.x-kubernetes-validations[${i}]`, report);
}

function checkRule(given: unknown, schema: JsonSchema, path: string, report: Report): void {
  if (!isObject(given)) return report.mistyped(path, given, 'object');
  const wrong = ['rule', 'message', 'messageExpression', 'reason', 'fieldPath'].filter(
    (key) => given[key] !== undefined && given[key] !== null && typeof given[key] !== 'string',
  );
  for (const key of wrong) report.mistyped(`${path}.${key}`, given[key], 'string');
  if (wrong.length > 0) return;
  const { rule = '', message = '', messageExpression = '', reason, fieldPath = '' } = given as Texts;
  if (rule.trim() === '') report.required(`${path}.rule`, 'rule is not specified');
  else if (message !== '' && message.trim() === '')
    report.invalid(`${path}.message`, message, 'must be non-empty if specified');
  else if (hasLineBreaks(message.trim()))
    report.invalid(`${path}.message`, message, 'must not contain line breaks');
  else if (hasLineBreaks(rule.trim()) && message.trim() === '')
    report.required(`${path}.message`, 'message must be specified if rule contains line breaks');
  if (messageExpression !== '' && messageExpression.trim() === '')
    report.required(`${path}.messageExpression`, 'messageExpression must be non-empty if specified');
  if (typeof reason === 'string' && !REASONS.includes(reason))
    report.notSupported(`${path}.reason`, reason, REASONS);
  checkFieldPath(fieldPath, schema, `${path}.fieldPath`, report);
}

type Texts = Readonly<
  Partial<Record<'rule' | 'message' | 'messageExpression' | 'reason' | 'fieldPath', string>>
>;

function checkFieldPath(fieldPath: string, schema: JsonSchema, path: string, report: Report): void {
  if (fieldPath === '') return;
  if (fieldPath.trim() === '') report.invalid(path, fieldPath, 'must be non-empty if specified');
  if (hasLineBreaks(fieldPath)) report.invalid(path, fieldPath, 'must not contain line breaks');
  if ('error' in findField(fieldPath, schema)) report.invalid(path, fieldPath, 'must be a valid path');
}
