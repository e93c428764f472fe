import { goQuote } from '../alert/label-set.ts';
import { compareMatchers } from '../alert/matcher.ts';
import { isValidLabelName } from '../alert/parse-matchers.ts';
import { type Field, hidden, list, object, type Values } from './field.ts';
import { match, matchers, matchRe, toMatchers } from './matchers.ts';
import { string } from './scalars.ts';
import type { InhibitRuleConfig } from './types.ts';

const shape = object({
  name: hidden(string),
  source_match: match,
  source_match_re: matchRe,
  source_matchers: matchers,
  target_match: match,
  target_match_re: matchRe,
  target_matchers: matchers,
  equal: list(string),
});

type RuleValues = Values<typeof shape.shape>;

/** A null rule is one without matchers. */
export const inhibitRule: Field<RuleValues> = {
  read(place) {
    const values = shape.read(place);
    for (const item of place.at('equal')?.items() ?? []) {
      const name = item.node.kind === 'scalar' ? item.node.text : '';
      if (!isValidLabelName(name, place.context.mode)) item.report(`invalid label name ${goQuote(name)} in equal list`);
    }
    return values;
  },
  write: (values) => shape.write(values),
};

export function toInhibitRuleConfig(values: RuleValues): InhibitRuleConfig {
  return {
    name: values.name ?? '',
    sourceMatchers: [
      ...toMatchers(values.source_match, values.source_match_re),
      ...(values.source_matchers ?? []),
    ].sort(compareMatchers),
    targetMatchers: [
      ...toMatchers(values.target_match, values.target_match_re),
      ...(values.target_matchers ?? []),
    ].sort(compareMatchers),
    equal: values.equal ?? [],
  };
}
