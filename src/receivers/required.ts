import type { Field } from '../config/field.ts';

/** Key to the error of an entry that does not set it. */
export type Requirements = Readonly<Record<string, string>>;

/** A mapping in which these keys must be set and not be empty. */
export function requiring<T extends object>(field: Field<T>, requirements: Requirements): Field<T> {
  return {
    read(place) {
      // Alertmanager loads it, and crashes when it sends.
      if (place.isNull) {
        place.warn('an empty item is left out');
        return undefined;
      }
      const values = field.read(place);
      for (const [key, message] of values === undefined ? [] : Object.entries(requirements)) {
        if (place.lacks(key)) place.report(message);
      }
      return values;
    },
    write: (value) => field.write(value),
  };
}
