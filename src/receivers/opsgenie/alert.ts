import type { TemplateData } from '../../templating/data.ts';
import type { Render } from '../../templating/templates.ts';
import type { ConfigOf } from '../define-receiver.ts';
import { type CompileText, neverBlank, renderAll, withoutEmpty } from '../texts.ts';
import { truncateRunes } from '../truncate.ts';
import type { opsgenieSchema } from './config.ts';

/** Opsgenie's limit, code points. */
const MAX_MESSAGE = 130;

/** Compiles an entry's alert. @returns what renders it, without alias and source; it throws PermanentError */
export function compileAlert(
  config: ConfigOf<typeof opsgenieSchema>,
  compile: CompileText,
): (data: TemplateData) => { readonly message: string; readonly description?: string } {
  const texts = {
    message: neverBlank(compile)('message', config.message, 'opsgenie.default.message'),
    description: compile('description', config.description, 'opsgenie.default.description'),
    note: compile('note', config.note),
    priority: compile('priority', config.priority),
    entity: compile('entity', config.entity),
    tags: compile('tags', config.tags),
    actions: compile('actions', config.actions),
  };
  const details = Array.from(config.details ?? [], ([name, source]) => {
    return [name, compile(`details.${name}`, source)] as const;
  });
  const responders = (config.responders ?? []).map((responder, i) => compileResponder(responder, i, compile));
  return (data) => {
    const { message, description, tags, actions, ...rest } = renderAll(texts, data);
    return {
      message: truncateRunes(message, MAX_MESSAGE),
      details: { ...data.commonLabels, ...Object.fromEntries(details.map(([name, render]) => [name, render(data)])) },
      ...withoutEmpty({
        description,
        responders: responders.flatMap((responder) => responder(data)),
        tags: list(tags),
        actions: list(actions),
        ...rest,
      }),
    };
  };
}

/** The parts between commas; as in Alertmanager, spaces around a comma stay. */
function list(text: string): string[] {
  return text
    .trim()
    .split(',')
    .filter((part) => part !== '');
}

interface ResponderConfig {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly username?: string | undefined;
  readonly type?: string | undefined;
}

/**
 * `type: teams` stands for a team per name between commas. Alertmanager renders those names as templates once more, and so
 * executes text of alerts; here they stay text.
 */
function compileResponder(
  { id, name, username, type }: ResponderConfig,
  index: number,
  compile: CompileText,
): (data: TemplateData) => object[] {
  const text = (key: string, source: string | undefined): Render => compile(`responders[${index}].${key}`, source);
  const texts = {
    id: text('id', id),
    name: text('name', name),
    username: text('username', username),
    type: text('type', type),
  };
  return (data) => {
    const responder = renderAll(texts, data);
    if (responder.type === 'teams') return list(responder.name).map((team) => ({ name: team, type: 'team' }));
    const { type, ...who } = withoutEmpty(responder);
    return Object.keys(who).length === 0 ? [] : [{ ...who, type }];
  };
}
