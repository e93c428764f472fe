import { checked, list, map, object } from './field.ts';
import { matchers } from './matchers.ts';
import type { Place } from './place.ts';
import { string } from './scalars.ts';
import type { TeamConfig } from './types.ts';

const ADDRESS =
  /^[^\s@<>(),;:"\\[\]\p{Cc}.]+(?:\.[^\s@<>(),;:"\\[\]\p{Cc}.]+)*@[\p{L}\d_](?:[\p{L}\d_-]{0,61}[\p{L}\d_])?(?:\.[\p{L}\d_](?:[\p{L}\d_-]{0,61}[\p{L}\d_])?)*$/u;

/** A plain address; display names and lists have no place here. */
const address = checked(string, (text) => {
  if (text.length <= 254 && ADDRESS.test(text)) return;
  throw new Error(`expected a mail address such as ops@example.org, found ${JSON.stringify(text.slice(0, 100))}`);
});

/** `teams`: who is told of which alerts, wherever a receiver looks for recipients. */
export const teams = map(object({ email: list(address), matchers }));

type TeamsValues = NonNullable<ReturnType<typeof teams.read>>;

/** Reports what is wrong with teams beyond the form of their keys. @param place of `teams`. */
export function checkTeams(place: Place, values: TeamsValues): void {
  for (const [name, { matchers: conditions }] of values) {
    const team = place.near(name);
    if (name.includes('@')) team.report('the name of a team cannot hold "@": it would look like an address');
    if (!team.at('email')?.items().length) team.report('expected at least one address under email');
    if (conditions?.length === 0 && team.at('matchers')?.items().length === 0) {
      team.near('matchers').report('an empty list would match every alert: leave it out, or name what is theirs');
    }
  }
}

export function toTeamConfigs(values: TeamsValues | undefined): readonly TeamConfig[] {
  return Array.from(values ?? [], ([name, { email = [], matchers: conditions = [] }]) => ({
    name,
    email,
    matchers: conditions,
  }));
}
