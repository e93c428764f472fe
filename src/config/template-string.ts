import type { Field } from './field.ts';
import { explainGoTemplate, isGoTemplate } from './go-template.ts';
import type { TemplateUse } from './place.ts';
import { string } from './scalars.ts';

/**
 * A Handlebars template over TemplateData. A Go template is an error that says what to write instead; Handlebars' own
 * syntax is checked by LoadOptions.checkTemplates.
 */
export const template: Field<string> = templateOf('text');

/** The same, escaped for HTML. */
export const htmlTemplate: Field<string> = templateOf('html');

function templateOf(kind: TemplateUse['kind']): Field<string> {
  return {
    read(place) {
      const text = string.read(place);
      if (text === undefined) return undefined;
      if (!isGoTemplate(text)) {
        place.usesTemplate(kind, text);
        return text;
      }
      place.report(explainGoTemplate(text));
      return undefined;
    },
    write: (value) => value,
  };
}
