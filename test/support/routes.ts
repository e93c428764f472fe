import { createMatcher, type MatchType } from '../../src/alert/matcher.ts';
import type { RouteConfig } from '../../src/config/types.ts';

const BLANK: RouteConfig = {
  receiver: undefined,
  groupBy: undefined,
  groupWait: undefined,
  groupInterval: undefined,
  repeatInterval: undefined,
  matchers: [],
  continue: false,
  muteTimeIntervals: [],
  activeTimeIntervals: [],
  labels: new Map(),
  routes: [],
};

/** A route as the configuration hands it over, with what a test cares about filled in. */
export function routeConfig(
  fields: Partial<Omit<RouteConfig, 'matchers'>> & { readonly match?: Record<string, string> } = {},
  ...routes: RouteConfig[]
): RouteConfig {
  const { match = {}, ...rest } = fields;
  const matchers = Object.entries(match).map(([key, value]) => {
    const [, name = '', type = '='] = /^(.*?)(=~|!~|!=|=)?$/.exec(key) ?? [];
    return createMatcher(type as MatchType, name, value);
  });
  return { ...BLANK, ...rest, matchers, routes };
}
