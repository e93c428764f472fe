import type { Shape, Values } from '../../config/field.ts';
import type { Place } from '../../config/place.ts';
import type { SourceSchema } from '../../config/registry.ts';
import { duration, url } from '../../config/scalars.ts';
import { type CentralOptions, central, toCentralOptions } from './central/config.ts';
import { type NamespaceAnnotations, namespaceAnnotations, toNamespaceAnnotations } from './namespaces/config.ts';
import type { Product } from './product.ts';

/** What `sources.rhacs` sets beside the keys of every source. */
export interface RhacsOptions {
  /** Central's origin (scheme, host and port), for links; undefined: no links. */
  readonly centralUrl: string | undefined;
  /** Where to ask what became of alerts; undefined: nobody is asked. */
  readonly central: CentralOptions | undefined;
  /** ms: minimum interval between updates of a growing alert. */
  readonly updateInterval: number;
  /** undefined: alerts know nothing of the annotations of their namespace. */
  readonly namespaceAnnotations: NamespaceAnnotations | undefined;
}

/** Default of `update_interval`, ms. */
export const UPDATE_INTERVAL = 1_800_000;

const shape = {
  central_url: url,
  update_interval: duration,
  central,
  namespace_annotations: namespaceAnnotations,
};

/** ms. RHACS reports a violation once and never that it ended. */
const DAY = 86_400_000;

/** The keys under `sources` of one product of the family. */
export function stackroxSchema(product: Product): SourceSchema {
  return {
    name: product.name,
    defaultPath: product.defaultPath,
    defaultStaleAfter: DAY,
    shape,
    parseOptions(read: Values<Shape>, place: Place | undefined): RhacsOptions {
      const values = read as Values<typeof shape>;
      return {
        centralUrl: originOf(values.central_url || values.central?.url),
        central: place && values.central && toCentralOptions(values.central, place.near('central')),
        updateInterval: values.update_interval ?? UPDATE_INTERVAL,
        namespaceAnnotations: toNamespaceAnnotations(values.namespace_annotations, values.central, place),
      };
    },
  };
}

/** Without the path, as the product's own links are made. */
function originOf(address: string | undefined): string | undefined {
  return address !== undefined && URL.canParse(address) ? new URL(address).origin : undefined;
}
