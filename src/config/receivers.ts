import { goQuote, LabelSet } from '../alert/label-set.ts';
import { anything, type Data, list, map, object } from './field.ts';
import type { Place } from './place.ts';
import type { GlobalValues, IntegrationSchema } from './registry.ts';
import { string } from './scalars.ts';
import type { IntegrationConfig, ReceiverConfig } from './types.ts';

interface ReadReceiver<B> {
  readonly config: ReceiverConfig<B>;
  readonly original: Data;
}

/** Reads `receivers`. @param place undefined: the file has none. */
export function readReceivers<B>(
  place: Place | undefined,
  global: GlobalValues,
  integrations: readonly IntegrationSchema<B>[],
): { readonly receivers: readonly ReadReceiver<B>[]; readonly names: ReadonlySet<string> } {
  const items = place === undefined ? [] : (list(anything).read(place) && place.items()) || [];
  const names = new Set<string>();
  const receivers = items.filter(isGiven).map((item) => {
    const receiver = readReceiver(item, global, integrations);
    const { name } = receiver.config;
    if (name !== '' && names.has(name)) {
      item.near('name').report(`notification config name ${goQuote(name)} is not unique`);
    }
    names.add(name);
    return receiver;
  });
  return { receivers, names };
}

/** Alertmanager passes over an empty item. */
function isGiven(item: Place): boolean {
  if (item.isNull) item.warn('an empty item is left out');
  return !item.isNull;
}

function readReceiver<B>(
  place: Place,
  global: GlobalValues,
  integrations: readonly IntegrationSchema<B>[],
): ReadReceiver<B> {
  const lists = Object.fromEntries(integrations.map(({ key }) => [key, anything]));
  const { name = '', labels } =
    (object({ name: string, labels: map(string), ...lists }).read(place) as {
      name?: string;
      labels?: ReadonlyMap<string, string>;
    }) ?? {};
  if (name === '') place.report('missing name in receiver');
  checkNameLabel(place, name, labels);
  const allLabels = new Map([...(labels ?? []), ['name', name] as const]);
  const original: Data = { name };
  const configs: IntegrationConfig<B>[] = [];
  for (const schema of integrations) {
    const entries = place.at(schema.key);
    if (entries === undefined || list(anything).read(entries) === undefined) continue;
    const read = readIntegrations(entries, global, schema);
    if (read.original.length > 0 && !schema.isHidden) original[schema.key] = read.original;
    configs.push(...read.configs);
  }
  return { config: { name, labels: LabelSet.from(allLabels), integrations: configs }, original };
}

function readIntegrations<B>(
  place: Place,
  global: GlobalValues,
  schema: IntegrationSchema<B>,
): { readonly configs: readonly IntegrationConfig<B>[]; readonly original: readonly Data[] } {
  const configs: IntegrationConfig<B>[] = [];
  const original: Data[] = [];
  for (const [index, item] of place.items().entries()) {
    if (item.isNull) {
      item.report(`missing ${schema.kind} config`);
      continue;
    }
    const parsed = schema.parse(item, global);
    if (parsed === undefined) continue;
    const { build, config, sendResolved } = parsed;
    const same = configs.filter(({ identity }) => identity.startsWith(parsed.identity)).length;
    const identity = same === 0 ? parsed.identity : `${parsed.identity}+${same}`;
    original.push(parsed.original);
    configs.push({ kind: schema.kind, index, identity, sendResolved, config, build });
  }
  return { configs, original };
}

function checkNameLabel(place: Place, name: string, labels: ReadonlyMap<string, string> | undefined): void {
  const label = labels?.get('name');
  if (label === undefined || label === name) return;
  const message = `receiver label "name" must match receiver name ${goQuote(name)}, got ${goQuote(label)}`;
  place.near('labels').near('name').report(message);
}
