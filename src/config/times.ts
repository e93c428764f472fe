import { layoutParts } from '../time/layout.ts';
import { loadZone } from '../time/zones.ts';
import { checked } from './field.ts';
import { string } from './scalars.ts';

/** A name of the IANA time zone database. */
export const timeZone = checked(string, (name) => {
  try {
    if (name !== '' && name !== 'Local') return void loadZone(name);
  } catch {
    // Said below.
  }
  throw new Error(`expected a time zone of the IANA database such as Europe/Berlin, found ${JSON.stringify(name)}`);
});

/** How to write times, as Go's layouts show it by the example of 2 January 2006, 15:04:05. */
export const dateLayout = checked(string, (layout) => {
  if (layoutParts(layout).some(({ isElement }) => isElement)) return;
  throw new Error(
    `expected a layout that shows how to write 2 January 2006, 15:04:05, such as "2006-01-02 15:04 MST", found ${JSON.stringify(layout)}`,
  );
});
