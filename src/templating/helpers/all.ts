import type { Helpers } from '../helper.ts';
import { groupHelpers } from './group.ts';
import { listHelpers } from './lists.ts';
import { logicHelpers } from './logic.ts';
import { mailHelpers } from './mail.ts';
import { plainTextHelpers } from './plain-text.ts';
import { spanHelpers } from './spans.ts';
import { stringHelpers } from './strings.ts';
import { timeHelpers } from './time.ts';

/** The helpers for alerts of any kind. */
export const HELPERS: Helpers = {
  ...stringHelpers,
  ...listHelpers,
  ...logicHelpers,
  ...timeHelpers,
  ...spanHelpers,
  ...mailHelpers,
  ...groupHelpers,
  ...plainTextHelpers,
};
