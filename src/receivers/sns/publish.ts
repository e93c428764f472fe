import { createHash } from 'node:crypto';
import type { Notification } from '../../alert/notification.ts';
import type { TemplateData } from '../../templating/data.ts';
import type { Templates } from '../../templating/templates.ts';
import type { ConfigOf } from '../define-receiver.ts';
import { groupHash } from '../group-hash.ts';
import { neverBlank, renderAll, textCompiler } from '../texts.ts';
import { cutBytes } from '../truncate.ts';
import type { snsSchema } from './config.ts';

/** SNS's limits of a message, bytes; of a subject, characters. */
const MAX_MESSAGE = 262_144;
const MAX_SMS = 1_600;
const MAX_SUBJECT = 100;

export interface Publish {
  /** '': the region's endpoint. */
  readonly url: string;
  readonly form: URLSearchParams;
}

/** Compiles an entry's calls of the action Publish. @returns what renders one; it throws PermanentError */
export function compilePublish(
  config: ConfigOf<typeof snsSchema>,
  templates: Templates,
): (data: TemplateData, notification: Notification) => Publish {
  const compile = textCompiler('sns', templates, 'clientError');
  const texts = {
    api_url: compile('api_url', config.api_url),
    TopicArn: compile('topic_arn', config.topic_arn),
    TargetArn: compile('target_arn', config.target_arn),
    PhoneNumber: compile('phone_number', config.phone_number),
    subject: compile('subject', config.subject, 'sns.default.subject'),
    message: neverBlank(compile)('message', config.message, 'sns.default.message'),
  };
  const attributes = Array.from(config.attributes ?? [], ([name, value], i) => {
    return { name: compile(`attributes[${i}]`, name), value: compile(`attributes.${name}`, value) };
  });
  return (data, notification) => {
    const { api_url: url, subject, message, ...targets } = renderAll(texts, data);
    const form = new URLSearchParams({ Action: 'Publish', Version: '2010-03-31' });
    for (const [name, value] of Object.entries(targets)) if (value !== '') form.set(name, value);
    // No ellipsis: who reads it by machine finds the attribute `truncated`. A character is not cut in two.
    const cut = cutBytes(message, targets.PhoneNumber === '' ? MAX_MESSAGE : MAX_SMS);
    form.set('Message', cut);
    if (subject !== '') form.set('Subject', subjectLine(subject));
    const all = new Map(attributes.map(({ name, value }) => [name(data), value(data)]));
    if (cut !== message) all.set('truncated', 'true');
    setAttributes(form, all);
    if (targets.TopicArn.endsWith('.fifo')) setFifo(form, notification, cut);
    return { url, form };
  };
}

/** SNS refuses a subject of several lines, or of more than 100 characters. */
function subjectLine(subject: string): string {
  const line = subject.replace(/\s*[\r\n]+\s*/g, ' ');
  return [...line].length <= MAX_SUBJECT ? line : `${[...line].slice(0, MAX_SUBJECT - 3).join('')}...`;
}

function setAttributes(form: URLSearchParams, attributes: ReadonlyMap<string, string>): void {
  let number = 0;
  for (const [name, value] of attributes) {
    number++;
    form.set(`MessageAttributes.entry.${number}.Name`, name);
    form.set(`MessageAttributes.entry.${number}.Value.DataType`, 'String');
    form.set(`MessageAttributes.entry.${number}.Value.StringValue`, value);
  }
}

/**
 * A group's messages stay in order. The deduplication id is the notification's: Alertmanager's, the group's hash, makes SNS
 * drop an update or a "resolved" that comes within five minutes.
 */
function setFifo(form: URLSearchParams, notification: Notification, message: string): void {
  form.set('MessageGroupId', groupHash(notification));
  form.set('MessageDeduplicationId', createHash('sha256').update(notification.id).update(message).digest('hex'));
}
