// What `create configmap` makes of its flags. Called by the command beside it.
import { ConfigMap } from '../../../../api/kinds/core/v1/config-map.ts';
import { isConfigMapKey } from '../../../../api/validation/names.ts';
import { goQuote } from '../../../text/quote.ts';
import { addEnvFiles, addFiles, addLiterals, decodedText, type Surroundings } from './data-sources.ts';
import { type Made, madeOf, metadataOf, type Place } from './made.ts';
import { nameHash } from './name-hash.ts';

export interface DataFlags {
  readonly files: readonly string[];
  readonly literals: readonly string[];
  readonly envFiles: readonly string[];
  readonly appendHash: boolean;
}

export function checkDataFlags({ files, literals, envFiles }: DataFlags): void {
  if (envFiles.length > 0 && (files.length > 0 || literals.length > 0))
    throw new Error('from-env-file cannot be combined with from-file or from-literal');
}

export async function configMapOf(place: Place, flags: DataFlags, around: Surroundings): Promise<Made> {
  checkDataFlags(flags);
  const { name } = place;
  const data: Record<string, string> = {};
  const binaryData: Record<string, string> = {};
  const add = (key: string, value: Buffer): void => {
    const complaints = isConfigMapKey(key);
    if (complaints.length > 0)
      throw new Error(`${goQuote(key)} is not a valid key name for a ConfigMap: ${complaints.join(',')}`);
    for (const [field, content] of [
      ['Data', data],
      ['BinaryData', binaryData],
    ] as const)
      if (Object.hasOwn(content, key))
        throw new Error(
          `cannot add key ${goQuote(key)}, another key by that name already exists in ${field} for ConfigMap ${goQuote(name)}`,
        );
    const text = decodedText(value);
    if (text === undefined) binaryData[key] = value.toString('base64');
    else data[key] = text;
  };
  await addFiles(flags.files, around, add);
  addLiterals(flags.literals, add);
  await addEnvFiles(flags.envFiles, around, 'config', add);
  const binary = Object.keys(binaryData).length > 0 && { binaryData };
  const hash = flags.appendHash && nameHash({ kind: 'ConfigMap', name, data, ...binary });
  return madeOf(ConfigMap, {
    metadata: metadataOf({ ...place, name: hash ? `${name}-${hash}` : name }),
    data,
    ...binary,
  });
}
