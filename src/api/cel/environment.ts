// The environment of Kubernetes v1.36: the language and the libraries that all its expressions may use.

import { Environment, typesNamed } from './check/environment.ts';
import { authorizationTypeNames, authorizerLibrary } from './kubernetes/authorizer.ts';
import { formatLibrary } from './kubernetes/formats.ts';
import { networkLibrary } from './kubernetes/network.ts';
import { quantityLibrary } from './kubernetes/quantity.ts';
import { regexLibrary } from './kubernetes/regex.ts';
import { semverLibrary } from './kubernetes/semver.ts';
import { urlLibrary } from './kubernetes/url.ts';
import { listLibrary } from './library/lists.ts';
import { standardLibrary } from './library/standard.ts';
import { stringLibrary } from './library/strings.ts';
import { timeLibrary } from './library/time.ts';
import { opaqueType } from './types/type.ts';

const opaqueTypes = new Map(['net.IP', 'net.CIDR'].map((name) => [name, opaqueType(name)]));

export const baseEnvironment = new Environment()
  .extend({ functions: [...standardLibrary, ...timeLibrary, ...stringLibrary, ...listLibrary] })
  .extend({
    functions: [
      ...urlLibrary,
      ...networkLibrary,
      ...quantityLibrary,
      ...semverLibrary,
      ...regexLibrary,
      ...formatLibrary,
      ...authorizerLibrary,
    ],
    types: typesNamed(
      'kubernetes.URL',
      'kubernetes.Quantity',
      'kubernetes.Semver',
      'kubernetes.NamedFormat',
      ...authorizationTypeNames,
    ),
  })
  .extend({ types: (name) => opaqueTypes.get(name) });
