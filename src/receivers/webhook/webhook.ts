import { readFile } from 'node:fs/promises';
import type { Notification } from '../../alert/notification.ts';
import { createHttpClient, type HttpResponse } from '../../http-client/http-client.ts';
import { redactUrl } from '../../http-client/redact.ts';
import { buildDataInTurns } from '../../templating/build-data.ts';
import type { TemplateData } from '../../templating/data.ts';
import { type Render, TemplateError, type Templates } from '../../templating/templates.ts';
import { formatGoDuration } from '../../time/duration.ts';
import type { ReceiverContext } from '../context.ts';
import { httpDeliveryError } from '../http-failure.ts';
import { type FailureReason, PermanentError, type Receiver, RetryableError, type SendReport } from '../receiver.ts';
import { webhookBody } from './body.ts';
import type { WebhookConfig } from './config.ts';
import { compilePayload } from './payload.ts';

/** Of a failed answer's body, this many characters are shown. */
const MAX_SHOWN = 1_000;

/**
 * Posts notifications as Alertmanager's webhook does.
 * @throws TemplateError when a string of the configuration does not compile.
 */
export function createWebhookReceiver(config: WebhookConfig, context: ReceiverContext): Receiver {
  const payload = config.payload === undefined ? undefined : compilePayload(config.payload, context.templates);
  const urlOf = compileUrl(config, context.templates);
  const client = createHttpClient(config.http, context.clock);

  async function send(notification: Notification, signal: AbortSignal): Promise<SendReport> {
    const { maxAlerts } = config;
    const alerts = maxAlerts > 0 ? notification.alerts.slice(0, maxAlerts) : notification.alerts;
    const data = await buildDataInTurns({ ...notification, alerts }, context);
    const truncated = notification.alerts.length - alerts.length + data.truncatedAlerts;
    const body = payload ? payload(data) : await webhookBody(data, truncated);
    const url = await urlOf(data);
    const deadline = timeout(signal);
    try {
      const headers = {
        'User-Agent': `Alertmanager/${context.alertmanagerVersion}`,
        'Content-Type': 'application/json',
      };
      return check(await client.request({ method: 'POST', url, headers, body }, deadline.signal), url);
    } catch (error) {
      throw httpDeliveryError(error);
    } finally {
      deadline.cancel();
    }
  }

  /** `timeout` limits one attempt. */
  function timeout(signal: AbortSignal): { signal: AbortSignal; cancel: () => void } {
    if (config.timeout === 0) return { signal, cancel: () => {} };
    const controller = new AbortController();
    const cancel = context.clock.after(config.timeout, () => {
      const text = `configured webhook timeout reached (${formatGoDuration(config.timeout)})`;
      controller.abort(new DOMException(text, 'TimeoutError'));
    });
    return { signal: AbortSignal.any([signal, controller.signal]), cancel };
  }

  return { send, warmUp: () => client.warmUp(), close: () => client.close() };
}

/** Success is 2xx; only 5xx is worth another attempt. */
function check({ status, body }: HttpResponse, url: string): SendReport {
  const shown = redactUrl(body.slice(0, MAX_SHOWN), url)
    .replace(/(?!\n)\p{Cc}/gu, ' ')
    .trimEnd();
  if (status >= 200 && status < 300) return { response: [status, shown].filter(Boolean).join(' '), refused: [] };
  const message = `unexpected status code ${status}${shown === '' ? '' : `: ${shown}`}`;
  if (status >= 500) throw new RetryableError(message, 'serverError');
  throw new PermanentError(message, reasonOf(status));
}

function reasonOf(status: number): FailureReason {
  if (status === 401 || status === 403) return 'authError';
  if (status === 429) return 'rateLimited';
  return status >= 400 ? 'clientError' : 'other';
}

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
