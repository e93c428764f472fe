import { readFile } from 'node:fs/promises';
import type { Notification } from '../../alert/notification.ts';
import { buildDataInTurns } from '../../templating/build-data.ts';
import type { TemplateData } from '../../templating/data.ts';
import { type Render, TemplateError, type Templates } from '../../templating/templates.ts';
import type { ReceiverContext } from '../context.ts';
import { defineReceiver } from '../define-receiver.ts';
import { answerText, createHttpSender, RETRIED_STATUSES } from '../http-sender.ts';
import { PermanentError, type Receiver, type SendReport } from '../receiver.ts';
import { compileYamlText } from '../yaml-text.ts';
import { webhookBody } from './body.ts';
import { type WebhookConfig, webhookSchema } from './config.ts';
import { createRhacsWebhook } from './rhacs-format.ts';

/**
 * Posts notifications as Alertmanager's webhook does.
 * @throws TemplateError when a string of the configuration does not compile.
 */
export function createWebhookReceiver(config: WebhookConfig, context: ReceiverContext): Receiver {
  const payload =
    config.payload === undefined
      ? undefined
      : compileYamlText(config.payload, 'webhook_configs payload', context.templates);
  const urlOf = compileUrl(config, context.templates);
  if (config.format === 'rhacs') return createRhacsWebhook(config, urlOf, context);
  const { http, timeout } = config;
  const sender = createHttpSender({ kind: 'webhook', http, timeout, retried: RETRIED_STATUSES }, context);

  async function send(notification: Notification, signal: AbortSignal): Promise<SendReport> {
    const { maxAlerts } = config;
    const alerts = maxAlerts > 0 ? notification.alerts.slice(0, maxAlerts) : notification.alerts;
    const data = await buildDataInTurns({ ...notification, alerts }, context);
    const truncated = notification.alerts.length - alerts.length + data.truncatedAlerts;
    const body = payload ? `${payload(data)}\n` : await webhookBody(data, truncated);
    const url = await urlOf(data);
    const headers = { 'Content-Type': 'application/json' };
    const response = await sender.send({ method: 'POST', url, headers, body }, signal);
    return { response: answerText(response), refused: [] };
  }

  const speaksTls = 'value' in config.url && config.url.value.reveal().startsWith('https:');
  return { send, ...(speaksTls && { warmUp: () => sender.warmUp() }), close: () => sender.close() };
}

export const webhook = defineReceiver({ ...webhookSchema, create: createWebhookReceiver });

/** The URL is a template, also where a file holds it, which is read for each notification. */
function compileUrl({ url }: WebhookConfig, templates: Templates): (data: TemplateData) => Promise<string> {
  const compile = (source: string): Render => {
    try {
      return templates.text(source, 'webhook_configs url');
    } catch {
      throw new TemplateError('webhook_configs url: not a valid template (the URL is a secret and not shown)');
    }
  };
  const fixed = 'value' in url ? compile(url.value.reveal()) : undefined;
  return async (data) => {
    const render = fixed ?? compileFile(compile, await readUrl((url as { file: string }).file));
    const rendered = execute(render, data);
    if (rendered === '') throw new PermanentError('webhook URL is empty after templating');
    return rendered;
  };
}

function compileFile(compile: (source: string) => Render, source: string): Render {
  try {
    return compile(source);
  } catch (error) {
    throw new PermanentError(`failed to template webhook URL: ${(error as Error).message}`);
  }
}

/** What the template could not do would show what is in it. */
function execute(render: Render, data: TemplateData): string {
  try {
    return render(data);
  } catch {
    throw new PermanentError('failed to template webhook URL: its template failed (the URL is a secret and not shown)');
  }
}

async function readUrl(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new PermanentError(`read url_file: ${(error as Error).message}`);
  }
}
