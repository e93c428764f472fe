import { type Field, object } from './field.ts';
import { duration, uint } from './scalars.ts';

/** `rate_limit`: at most `count` messages in any `window` (ms); the last `reserve` are for what is critical. */
export interface RateLimitValues {
  readonly count: number;
  readonly window: number;
  readonly reserve: number;
  /** It stands in `global`: all entries without one of their own use the one budget together. */
  readonly shared: boolean;
}

const shape = object({ count: uint, window: duration, reserve: uint });

/** Reads a rate limit; without `reserve` a fifth is kept. */
export function rateLimitField(shared: boolean): Field<RateLimitValues> {
  return {
    read(place) {
      const { count = 0, window = 0, reserve = Math.ceil(count / 5) } = shape.read(place) ?? {};
      if (count === 0) place.near('count').report('expected the maximum number of emails in a window, at least 1');
      if (window === 0) place.near('window').report('expected how long a window is, e.g. 24h');
      if (count > 0 && reserve >= count) {
        place.near('reserve').report(`expected less than count (${count}): the reserve is a part of it`);
      }
      return { count, window, reserve, shared };
    },
    write: ({ shared: _shared, ...values }) => shape.write(values),
  };
}
