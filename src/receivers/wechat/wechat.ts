import type { SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import type { HttpResponse } from '../../http-client/http-client.ts';
import { buildDataInTurns } from '../../templating/build-data.ts';
import type { TemplateData } from '../../templating/data.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJson } from '../go-json.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { jsonPost } from '../http-receiver.ts';
import { answerText, createHttpSender, type HttpSender, RETRIED_STATUSES, shownText } from '../http-sender.ts';
import { parseObject } from '../parse-object.ts';
import { PermanentError, type Receiver, RetryableError } from '../receiver.ts';
import { compileSecret, renderAll, textCompiler, withoutEmpty } from '../texts.ts';
import { wechatSchema } from './config.ts';

/** `wechat_configs`. */
export const wechat = defineReceiver({ ...wechatSchema, create: createWeChatReceiver });

type WeChatConfig = ConfigOf<typeof wechatSchema>;

/** ms that an access token is used. */
const TOKEN_LIFETIME = 7_200_000;
/** errcode of an access token that WeChat takes no more. */
const TOKEN_EXPIRED = 42001;

/** Sends an application's message by WeCom (WeChat Work), as Alertmanager does. */
function createWeChatReceiver(config: WeChatConfig, context: ReceiverContext): Receiver {
  const compile = textCompiler('wechat', context.templates, 'templateError');
  const texts = {
    content: compile('message', config.message, 'wechat.default.message'),
    touser: compile('to_user', config.to_user, 'wechat.default.to_user'),
    toparty: compile('to_party', config.to_party, 'wechat.default.to_party'),
    totag: compile('to_tag', config.to_tag, 'wechat.default.to_tag'),
    agentid: compile('agent_id', config.agent_id, 'wechat.default.agent_id'),
  };
  const http = httpConfigOf(config);
  const sender = createHttpSender({ kind: 'wechat', http, retried: RETRIED_STATUSES }, context);
  const tokens = new AccessTokens(config, sender, context);
  const isMarkdown = config.message_type === 'markdown';

  return {
    async send(notification, signal) {
      const data = await buildDataInTurns(notification, context);
      const { content, ...to } = renderAll(texts, data);
      const body = {
        text: { content: isMarkdown ? '' : content },
        ...withoutEmpty(to),
        safe: '0',
        msgtype: isMarkdown ? 'markdown' : 'text',
        markdown: { content: isMarkdown ? content : '' },
      };
      const url = new URL('message/send', config.api_url);
      url.searchParams.set('access_token', await tokens.get(data, signal));
      const response = await sender.send(jsonPost(url.href, goJson(body)), signal);
      if (accept(response) === TOKEN_EXPIRED) {
        tokens.forget();
        throw new RetryableError(`wechat: the access token has expired (errcode ${TOKEN_EXPIRED})`, 'authError');
      }
      return { response: answerText(response), refused: [] };
    },
    warmUp: () => sender.warmUp(),
    close: () => sender.close(),
  };
}

/** @returns the errcode: 0, or that of an expired token. @throws PermanentError, RetryableError for anything else */
function accept(response: HttpResponse): number {
  const answer = parseObject(response.body);
  if (!answer) throw new RetryableError('wechat: the answer is not JSON', 'other');
  const { errcode = 0, errmsg } = answer;
  if (errcode === 0 || errcode === TOKEN_EXPIRED) return errcode;
  throw new PermanentError(`wechat: ${shownText(String(errmsg), response)} (errcode ${String(errcode)})`, 'other');
}

/** The access token of one entry, kept in memory for as long as WeChat takes it. */
class AccessTokens {
  readonly #url: string;
  readonly #corpId: (data: TemplateData) => string;
  readonly #secret: (data: TemplateData) => Promise<string>;
  readonly #sender: HttpSender;
  readonly #clock: ReceiverContext['clock'];
  #token = '';
  /** Monotonic ms. */
  #since = 0;

  constructor(config: WeChatConfig, sender: HttpSender, { templates, clock }: ReceiverContext) {
    const source = secretSource(config.api_secret, config.api_secret_file) as SecretSource;
    this.#url = new URL('gettoken', config.api_url).href;
    this.#corpId = textCompiler('wechat', templates, 'templateError')('corp_id', config.corp_id);
    this.#secret = compileSecret('api_secret', source, 'wechat', templates);
    this.#sender = sender;
    this.#clock = clock;
  }

  forget(): void {
    this.#token = '';
  }

  async get(data: TemplateData, signal: AbortSignal): Promise<string> {
    if (this.#token !== '' && this.#clock.monotonic() - this.#since < TOKEN_LIFETIME) return this.#token;
    const corpId = this.#corpId(data);
    const url = new URL(this.#url);
    url.searchParams.set('corpid', corpId);
    url.searchParams.set('corpsecret', await this.#secret(data));
    const { body } = await this.#sender.send({ method: 'GET', url: url.href, headers: {} }, signal);
    const token = parseObject(body)?.access_token;
    if (typeof token !== 'string' || token === '') {
      throw new PermanentError(`wechat: invalid APISecret for CorpID: ${corpId}`, 'other');
    }
    this.#token = token;
    this.#since = this.#clock.monotonic();
    return token;
  }
}
