import type { Field } from './field.ts';
import { explainGoTemplate, isGoTemplate } from './go-template.ts';
import { string } from './scalars.ts';

/**
 * A Handlebars template over TemplateData. A Go template is an error that says what to write instead; Handlebars' own
 * syntax is checked where templates are compiled.
 */
export const template: Field<string> = {
  read(place) {
    const text = string.read(place);
    if (text === undefined || !isGoTemplate(text)) return text;
    place.report(explainGoTemplate(text));
    return undefined;
  },
  write: (value) => value,
};
