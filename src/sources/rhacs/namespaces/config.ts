import { map, object, type Values } from '../../../config/field.ts';
import type { Place } from '../../../config/place.ts';
import { bool, configPath, oneOf, string, url } from '../../../config/scalars.ts';
import type { ApiServer } from '../api-client.ts';

/** `sources.rhacs.namespace_annotations`: where the annotations of namespaces come from. */
export type NamespaceAnnotations =
  /** `CLUSTER/NAMESPACE` to annotations. */
  | { readonly from: 'static'; readonly namespaces: ReadonlyMap<string, ReadonlyMap<string, string>> }
  | { readonly from: 'central'; readonly server: ApiServer }
  /** `cluster` is what RHACS calls the cluster of this API server; '' where the file does not say. */
  | { readonly from: 'kubernetes'; readonly server: ApiServer | undefined; readonly cluster: string };

const server = { url, token_file: configPath, ca_file: configPath, insecure_skip_verify: bool };

/** The keys of `namespace_annotations`. */
export const namespaceAnnotations = object({
  from: oneOf('central', 'kubernetes', 'static'),
  static: map(map(string)),
  cluster: string,
  kubernetes: object(server),
});

type ServerValues = Values<typeof server>;

/**
 * Checks and converts `namespace_annotations`.
 * @param place of the source. @param central the source's `central` section, whose server may be asked.
 */
export function toNamespaceAnnotations(
  values: Values<typeof namespaceAnnotations.shape> | undefined,
  central: ServerValues | undefined,
  place: Place | undefined,
): NamespaceAnnotations | undefined {
  if (values === undefined || place === undefined) return undefined;
  const own = place.near('namespace_annotations');
  if (own.lacks('from')) own.report('expected from: central, kubernetes or static');
  for (const [key, from] of Object.entries(ONLY_WITH)) {
    if (values.from !== undefined && values.from !== from) {
      own.at(key)?.report(`${key} belongs to from: ${from}, not to from: ${values.from}`);
    }
  }
  switch (values.from) {
    case 'static': {
      if (!values.static?.size)
        own.near('static').report('expected CLUSTER/NAMESPACE: {ANNOTATION: VALUE} under static');
      for (const key of values.static?.keys() ?? []) {
        if (/^.+\/[^/]+$/s.test(key)) continue;
        own
          .near('static')
          .near(key)
          .report(`expected CLUSTER/NAMESPACE, found ${JSON.stringify(key)}`);
      }
      return { from: 'static', namespaces: values.static ?? new Map() };
    }
    case 'central':
      if (central === undefined)
        own.near('from').report('from: central asks the server of the section central: add it');
      // What it lacks is reported with the section itself.
      return { from: 'central', server: toServer(undefined, central) };
    case 'kubernetes': {
      const custom = values.kubernetes && toServer(own.at('kubernetes'), values.kubernetes);
      return { from: 'kubernetes', server: custom, cluster: values.cluster ?? '' };
    }
    default:
      return undefined;
  }
}

const ONLY_WITH = { static: 'static', cluster: 'kubernetes', kubernetes: 'kubernetes' } as const;

function toServer(place: Place | undefined, values: ServerValues = {}): ApiServer {
  if (!values.url) place?.report('missing url: where to ask for the annotations of namespaces');
  if (!values.token_file) place?.report('missing token_file: the token to ask for the annotations of namespaces with');
  return {
    url: (values.url ?? '').replace(/\/+$/, ''),
    tokenFile: values.token_file ?? '',
    caFile: values.ca_file,
    insecureSkipVerify: values.insecure_skip_verify ?? false,
  };
}
