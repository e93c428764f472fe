import type { Notification } from '../../alert/notification.ts';
import type { SecretSource } from '../../config/secret.ts';
import { secretSource } from '../../config/secret-source.ts';
import type { HttpResponse } from '../../http-client/http-client.ts';
import { buildDataInTurns } from '../../templating/build-data.ts';
import type { ReceiverContext } from '../context.ts';
import { defineReceiver } from '../define-receiver.ts';
import { goJson } from '../go-json.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { jsonPost } from '../http-receiver.ts';
import { answerText, createHttpSender, RETRIED_STATUSES, shownText } from '../http-sender.ts';
import { parseObject } from '../parse-object.ts';
import { PermanentError, type Receiver, RetryableError, type SendReport, withPrefix } from '../receiver.ts';
import { secretForSend } from '../secret.ts';
import { textCompiler } from '../texts.ts';
import { CHAT_API, type SlackValues, slackSchema } from './config.ts';
import { compileMessage, type SlackMessage } from './message.ts';

/** `slack_configs`. */
export const slack = defineReceiver({ ...slackSchema, create: createSlackReceiver });

const UPDATE_API = 'https://slack.com/api/chat.update';

/** Where a group's first message is, as chat.postMessage answered: what later ones update or reply to. */
interface FirstMessage {
  readonly threadTs: string;
  readonly channelId: string;
}

/** Posts to an incoming webhook, or by a bot's token to chat.postMessage, as Alertmanager does. */
function createSlackReceiver(config: SlackValues, context: ReceiverContext): Receiver {
  const build = compileMessage(config, textCompiler('slack', context.templates));
  const http = httpConfigOf(config);
  const sender = createHttpSender({ kind: 'slack', http, timeout: config.timeout, retried: RETRIED_STATUSES }, context);
  const token = secretSource(config.app_token, config.app_token_file);
  const ownUrl = secretSource(config.api_url, config.api_url_file) as SecretSource;
  const keepsFirst = config.update_message || config.post_updates_to_thread;

  async function send(notification: Notification, signal: AbortSignal): Promise<SendReport> {
    const message = build(await buildDataInTurns(notification, context));
    const url = token ? (config.app_url ?? CHAT_API) : await secretForSend(ownUrl, 'api_url_file');
    const bearer = token && (await secretForSend(token, 'app_token_file'));
    const login = bearer ? { headers: { Authorization: `Bearer ${bearer}` }, secrets: [bearer] } : {};
    const post = async (to: string, body: SlackMessage): Promise<HttpResponse> => {
      try {
        const response = await sender.send(jsonPost(to, goJson(body), login), signal);
        accept(response);
        return response;
      } catch (error) {
        throw withPrefix(error, `channel ${JSON.stringify(message.channel ?? '')}: `);
      }
    };
    const first = keepsFirst ? firstMessage(notification) : undefined;
    if (!first) {
      const response = await post(url, message);
      const data = keepsFirst ? readFirst(response) : undefined;
      return { ...report(response), ...(data && { data: { ...data } }) };
    }
    const there = { ...message, channel: first.channelId };
    const updated = config.update_message && (await post(UPDATE_API, { ...there, ts: first.threadTs }));
    if (!config.post_updates_to_thread) return report(updated as HttpResponse);
    return report(await post(url, { ...there, thread_ts: first.threadTs }));
  }

  return { send, warmUp: () => sender.warmUp(), close: () => sender.close() };
}

/** What is kept of a group's first message; nothing once the group fires anew. */
function firstMessage({ data, reason }: Notification): FirstMessage | undefined {
  const { threadTs, channelId } = (data ?? {}) as Partial<FirstMessage>;
  if (reason === 'first notification' || !threadTs || !channelId) return undefined;
  return { threadTs, channelId };
}

function readFirst({ body }: HttpResponse): FirstMessage | undefined {
  const { ts, channel } = parseObject(body) ?? {};
  return typeof ts === 'string' && typeof channel === 'string' && ts !== '' && channel !== ''
    ? { threadTs: ts, channelId: channel }
    : undefined;
}

/** Slack says in a 200 what it refused: JSON of the web API, or a webhook's text. */
function accept(response: HttpResponse): void {
  const { headers, body } = response;
  if (!(headers['content-type'] ?? '').startsWith('application/json')) {
    if (body === 'ok') return;
    throw new PermanentError(`received an error response from Slack: ${shownText(body, response)}`, 'clientError');
  }
  const answer = parseObject(body);
  if (!answer) {
    const shown = JSON.stringify(shownText(body, response));
    throw new RetryableError(`could not unmarshal JSON response ${shown}`, 'clientError');
  }
  if (answer.ok === true) return;
  const error = shownText(String(answer.error ?? ''), response);
  const message = `error response from Slack: ${error}`;
  // Alertmanager gives up on it; the message only has to wait.
  if (error === 'ratelimited') throw new RetryableError(message, 'rateLimited');
  throw new PermanentError(message, 'clientError');
}

function report(response: HttpResponse): SendReport {
  return { response: answerText(response), refused: [] };
}
