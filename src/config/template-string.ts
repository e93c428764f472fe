import type { Field } from './field.ts';
import type { TemplateUse } from './place.ts';
import { string } from './scalars.ts';

/** A template over the data of a notification, Go or Handlebars: LoadOptions.checkTemplates judges it. */
export const template: Field<string> = templateOf('text');

/** The same, escaped for HTML. */
export const htmlTemplate: Field<string> = templateOf('html');

function templateOf(kind: TemplateUse['kind']): Field<string> {
  return {
    read(place) {
      const text = string.read(place);
      if (text !== undefined) place.usesTemplate(kind, text);
      return text;
    },
    write: (value) => value,
  };
}
