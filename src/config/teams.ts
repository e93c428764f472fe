import { checked, type Field, list, map, object, type Shape, type Values } from './field.ts';
import { matchers } from './matchers.ts';
import type { Place } from './place.ts';
import type { IntegrationSchema } from './registry.ts';
import { string } from './scalars.ts';
import type { TargetKind } from './target-kind.ts';
import { timeZone } from './times.ts';
import type { TeamConfig } from './types.ts';

const own = { matchers, time_zone: timeZone };
type TeamValues = Values<typeof own>;

/**
 * Reads `teams`: who is notified of which alerts, wherever an integration lets alerts name its recipients. A team has
 * targets for each kind of integration that knows some, e.g. `email: [pay@example.org]`.
 * @param place undefined: the file has none.
 */
export function readTeams(place: Place | undefined, integrations: readonly IntegrationSchema[]): readonly TeamConfig[] {
  const kinds = integrations.flatMap(({ kind, target }) => (target ? [[kind, target] as const] : []));
  const fields = kinds.map(([kind, target]) => [kind, list(oneTarget(target))] as const);
  const shape = { ...Object.fromEntries(fields), ...own } as Shape & typeof own;
  const teams = place && map(object(shape)).read(place);
  if (place === undefined || teams === undefined) return [];
  return Array.from(teams, ([name, values]) =>
    readTeam(
      name,
      values,
      place.near(name),
      kinds.map(([kind]) => kind),
    ),
  );
}

function readTeam(name: string, values: TeamValues, place: Place, kinds: readonly string[]): TeamConfig {
  if (name.includes('@')) place.report('the name of a team cannot hold "@": it would look like an address');
  const targets = new Map<string, readonly string[]>();
  for (const kind of kinds) {
    const theirs = (values as Readonly<Record<string, readonly string[] | undefined>>)[kind];
    if (theirs?.length) targets.set(kind, theirs);
  }
  // Targets that cannot be read have been reported.
  if (!kinds.some((kind) => place.at(kind)?.items().length)) {
    place.report(`expected at least one address under ${kinds.join(' or ')}`);
  }
  if (values.matchers?.length === 0 && place.at('matchers')?.items().length === 0) {
    place.near('matchers').report('an empty list would match every alert: leave it out, or name what is theirs');
  }
  return { name, targets, matchers: values.matchers ?? [], timeZone: values.time_zone };
}

/** A plain target; display names and lists have no place here. */
function oneTarget(kind: TargetKind): Field<string> {
  return checked(string, (text) => {
    if (isOne(kind, text)) return;
    throw new Error(`expected ${kind.expected}, found ${JSON.stringify(text.slice(0, 100))}`);
  });
}

function isOne(kind: TargetKind, text: string): boolean {
  try {
    const [target, ...others] = kind.parse(text);
    return target?.name === '' && others.length === 0 && kind.problem(target, []) === undefined;
  } catch {
    return false;
  }
}
