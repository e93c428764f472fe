import type { TemplateData } from '../../templating/data.ts';
import type { Render } from '../../templating/templates.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJson } from '../go-json.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { createHttpReceiver, jsonPost } from '../http-receiver.ts';
import type { Receiver } from '../receiver.ts';
import { type CompileText, renderAll, textCompiler, withoutEmpty } from '../texts.ts';
import { truncateRunes } from '../truncate.ts';
import { webhookUrl } from '../webhook-url.ts';
import { mattermostSchema } from './config.ts';

/** `mattermost_configs`. */
export const mattermost = defineReceiver({ ...mattermostSchema, create: createMattermostReceiver });

type MattermostConfig = ConfigOf<typeof mattermostSchema>;
type AttachmentConfig = NonNullable<MattermostConfig['attachments']>[number];
type Part = (data: TemplateData) => object;

/** Mattermost's limit of a post, code points. */
const MAX_TEXT = 16_383;
/** Keys of an attachment, and the default of each in an entry that has no `attachments`. */
const ATTACHMENT_TEXTS = {
  fallback: 'fallback',
  color: 'color',
  pretext: '',
  text: 'text',
  author_name: '',
  author_link: '',
  author_icon: '',
  title: 'title',
  title_link: 'titlelink',
  thumb_url: '',
  footer: '',
  footer_icon: '',
  image_url: '',
} as const;

/** Posts to an incoming webhook of Mattermost, as Alertmanager does. */
function createMattermostReceiver(config: MattermostConfig, context: ReceiverContext): Receiver {
  const compile = textCompiler('mattermost', context.templates);
  const message = {
    channel: compile('channel', config.channel),
    username: compile('username', config.username, 'mattermost.default.username'),
    icon_url: compile('icon_url', config.icon_url),
    icon_emoji: compile('icon_emoji', config.icon_emoji),
    type: compile('type', config.type),
  };
  const card = compile('props.card', config.props?.card);
  const priority = compilePriority(config, compile);
  const listed = (config.attachments ?? []).map((one, i) => compileAttachment(one, `attachments[${i}].`, compile));
  // Without attachments of its own the entry is one, its text inside; with them its text stands above.
  const text = listed.length > 0 ? compile('text', config.text, 'mattermost.default.text') : (): string => '';
  const attachments = listed.length > 0 ? listed : [compileAttachment(config, '', compile, true)];
  const url = webhookUrl(config);
  return createHttpReceiver(
    {
      kind: 'mattermost',
      http: httpConfigOf(config),
      async request(data) {
        const props = card(data);
        const body = {
          text: truncateRunes(text(data), MAX_TEXT),
          ...renderAll(message, data),
          attachments: attachments.map((attachment) => attachment(data)),
          props: props === '' ? undefined : { card: props },
          priority: priority(data),
        };
        return jsonPost(await url(), goJson(withoutEmpty(body)));
      },
    },
    context,
  );
}

function compileAttachment(config: AttachmentConfig, prefix: string, compile: CompileText, withDefaults = false): Part {
  const texts = Object.fromEntries(
    Object.entries(ATTACHMENT_TEXTS).map(([key, name]): [string, Render] => {
      const source = config[key as keyof typeof ATTACHMENT_TEXTS];
      return [key, compile(prefix + key, source, withDefaults && name ? `mattermost.default.${name}` : undefined)];
    }),
  );
  const fields = (config.fields ?? []).map(({ title, value, short }, i): Part => {
    const pair = {
      title: compile(`${prefix}fields[${i}].title`, title),
      value: compile(`${prefix}fields[${i}].value`, value),
    };
    return (data) => withoutEmpty({ ...renderAll(pair, data), short });
  });
  return (data) => withoutEmpty({ ...renderAll(texts, data), fields: fields.map((field) => field(data)) });
}

/** Acknowledgement goes with urgent and important, persistent notifications with urgent alone. */
function compilePriority(
  { priority }: MattermostConfig,
  compile: CompileText,
): (data: TemplateData) => object | undefined {
  if (!priority?.priority) return () => undefined;
  const render = compile('priority.priority', priority.priority);
  return (data) => {
    const rendered = render(data).toLowerCase();
    const level = ['urgent', 'important'].includes(rendered) ? rendered : 'standard';
    return withoutEmpty({
      priority: level,
      requested_ack: level !== 'standard' && priority.requested_ack,
      persistent_notifications: level === 'urgent' && priority.persistent_notifications,
    });
  };
}
