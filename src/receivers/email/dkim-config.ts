import { atMostOne } from '../../config/exclusive.ts';
import { type Field, object } from '../../config/field.ts';
import type { Place } from '../../config/place.ts';
import { configPath, secret, string } from '../../config/scalars.ts';
import { secretSource } from '../../config/secret-source.ts';
import { type DkimConfig, dkimKey } from './message/dkim.ts';

const shape = object({ domain: string, selector: string, private_key: secret, private_key_file: configPath });

type DkimValues = NonNullable<ReturnType<typeof shape.read>>;

/** Both become names in DNS and parts of a header. */
const NAME = /^[a-z\d](?:[a-z\d_-]*[a-z\d])?(?:\.[a-z\d](?:[a-z\d_-]*[a-z\d])?)*$/i;

/** Its keys, and what must be among them. */
export const dkimField: Field<DkimValues> = {
  read(place) {
    const values = shape.read(place);
    if (values !== undefined) check(place, values);
    return values;
  },
  write: (values) => shape.write(values),
};

function check(place: Place, values: DkimValues): void {
  for (const key of ['domain', 'selector'] as const) {
    if (place.lacks(key)) place.report(`dkim ${key} must be configured`);
    else if (values[key] !== undefined && !NAME.test(values[key])) {
      place.near(key).report(`expected a name in DNS, found ${JSON.stringify(values[key])}`);
    }
  }
  atMostOne(place, values, ['private_key', 'private_key_file']);
  if (place.lacks('private_key') && place.lacks('private_key_file')) {
    place.report('dkim private_key_file (or private_key) must be configured');
  }
  // What is in a file can change until it is used.
  if (values.private_key === undefined) return;
  try {
    dkimKey(values.private_key.reveal());
  } catch (error) {
    place.near('private_key').report((error as Error).message);
  }
}

export function toDkimConfig(values: DkimValues | undefined): DkimConfig | undefined {
  const privateKey = secretSource(values?.private_key, values?.private_key_file);
  return values && privateKey && { domain: values.domain ?? '', selector: values.selector ?? '', privateKey };
}
