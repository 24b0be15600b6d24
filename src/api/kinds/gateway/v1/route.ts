// What the kinds of routes have in common.
import { list, string, text } from '../../../schema/notation.ts';
import { atMost, HOST_NAME, rules, SECTION } from './limits.ts';
import { ParentReference } from './references.ts';

const isSet = (of: string, field: string) => `(!has(${of}.${field}) || ${of}.${field} == '')`;

const sameOrBothUnset = (field: string) =>
  `((${isSet('p1', field)} && ${isSet('p2', field)}) || (has(p1.${field}) && has(p2.${field}) && p1.${field} == p2.${field}`;

const SAME_PARENT = `p1.group == p2.group && p1.kind == p2.kind && p1.name == p2.name && ${sameOrBothUnset('__namespace__')} ))`;

export const parentRefs = list(0, ParentReference, {
  doc: 'Gateways, or listeners of them, that requests come from.',
  listType: 'atomic',
  schema: {
    ...atMost(32),
    ...rules(
      {
        message: 'several parentRefs to the same parent must all have a sectionName',
        rule: `self.all(p1, self.all(p2, ${SAME_PARENT} ? (${isSet('p1', 'sectionName')} == ${isSet('p2', 'sectionName')}) : true))`,
      },
      {
        message: 'several parentRefs to the same parent must have different sectionNames',
        rule: `self.all(p1, self.exists_one(p2, ${SAME_PARENT} && ${sameOrBothUnset('sectionName')}))))`,
      },
    ),
  },
});

export const hostnames = list(0, text, {
  doc: 'Host names of requests; names below a wildcard such as *.example.com. All of the listener if there are none.',
  listType: 'atomic',
  schema: atMost(16),
  each: HOST_NAME,
});

export const ruleName = string(0, { doc: 'Name of the rule, unique in the route.', schema: SECTION });

/** The sum of matches of all rules: expressions had no sum when the rule was written. */
export const mostMatches = (count: (rule: string) => string) =>
  rules({
    message: 'the rules of a route must not have more than 128 matches together',
    rule: `${Array.from({ length: 16 }, (_, i) => `(self.size() > ${i} ? ${count(`self[${i}]`)} : 0)`).join(' + ')} <= 128`,
  });
