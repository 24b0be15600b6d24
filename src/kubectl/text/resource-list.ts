// `cpu=100m,memory=256Mi` of the command line. Pure; called by `create quota` and `set resources`.
import { formatQuantity, parseQuantity } from '../../api/quantity/quantity.ts';

/** Undefined where nothing is given. Throws what upstream says. */
export function resourceList(text: string): Record<string, string> | undefined {
  if (text === '') return undefined;
  const amounts: Record<string, string> = {};
  for (const statement of text.split(',')) {
    const [name = '', amount = '', ...more] = statement.split('=');
    if (more.length > 0 || !statement.includes('='))
      throw new Error(`Invalid argument syntax ${statement}, expected <resource>=<value>`);
    amounts[name] = formatQuantity(parseQuantity(amount));
  }
  return amounts;
}
