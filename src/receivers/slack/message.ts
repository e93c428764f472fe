import type { TemplateData } from '../../templating/data.ts';
import type { Render } from '../../templating/templates.ts';
import { type CompileText, renderAll, withoutEmpty } from '../texts.ts';
import { truncateRunes } from '../truncate.ts';
import type { SlackValues } from './config.ts';

/** Slack cuts a title itself, in the middle of a character if need be. */
const MAX_TITLE = 1024;

/** The body of chat.postMessage and of an incoming webhook, `channel` last. */
export type SlackMessage = Readonly<Record<string, unknown>>;

/** Compiles an entry's texts. @returns what renders a message; it throws PermanentError where a template fails */
export function compileMessage(config: SlackValues, compile: CompileText): (data: TemplateData) => SlackMessage {
  const text = (key: keyof SlackValues & string, name = ''): Render =>
    compile(key, config[key] as string | undefined, name === '' ? undefined : `slack.default.${name}`);
  const message = {
    username: text('username', 'username'),
    icon_emoji: text('icon_emoji', 'iconemoji'),
    icon_url: text('icon_url', 'iconurl'),
    text: text('message_text'),
    channel: text('channel'),
  };
  const attachment = {
    title: text('title', 'title'),
    title_link: text('title_link', 'titlelink'),
    pretext: text('pretext', 'pretext'),
    text: text('text', 'text'),
    fallback: text('fallback', 'fallback'),
    callback_id: text('callback_id', 'callbackid'),
    image_url: text('image_url'),
    thumb_url: text('thumb_url'),
    footer: text('footer', 'footer'),
    color: text('color', 'color'),
  };
  const fields = compileFields(config, compile);
  const actions = compileActions(config, compile);
  return (data) => {
    const { text, fallback, callback_id, footer, ...rest } = renderAll(attachment, data);
    const { channel, ...head } = renderAll(message, data);
    return {
      ...withoutEmpty({ ...head, link_names: config.link_names ?? false }),
      attachments: [
        {
          ...withoutEmpty({ ...rest, title: truncateRunes(rest.title, MAX_TITLE) }),
          ...{ text, fallback, callback_id, footer },
          ...withoutEmpty({
            fields: fields.map((field) => field(data)),
            actions: actions.map((action) => action(data)),
            mrkdwn_in: config.mrkdwn_in ?? ['fallback', 'pretext', 'text'],
          }),
        },
      ],
      ...withoutEmpty({ channel }),
    };
  };
}

type Part = (data: TemplateData) => object;

function compileFields({ fields = [], short_fields = false }: SlackValues, compile: CompileText): Part[] {
  return fields.map(({ title, value, short }, i) => {
    const texts = { title: compile(`fields[${i}].title`, title), value: compile(`fields[${i}].value`, value) };
    return (data) => ({ ...withoutEmpty(renderAll(texts, data)), short: short ?? short_fields });
  });
}

function compileActions({ actions = [] }: SlackValues, compile: CompileText): Part[] {
  return actions.map(({ type, text, url, style, name, value, confirm }, i) => {
    const texts = (values: Readonly<Record<string, string | undefined>>): Record<string, Render> =>
      Object.fromEntries(Object.entries(values).map(([key, source]) => [key, compile(`actions[${i}].${key}`, source)]));
    const own = texts({ type, text, url, style, name, value });
    const asked = confirm && texts(confirm as Readonly<Record<string, string | undefined>>);
    return (data) => ({
      ...withoutEmpty(renderAll(own, data)),
      ...(asked && { confirm: withoutEmpty(renderAll(asked, data)) }),
    });
  });
}
