import type { Notification } from '../../alert/notification.ts';
import type { TemplateAlert, TemplateData } from '../../templating/data.ts';
import type { Render, Templates } from '../../templating/templates.ts';
import type { ConfigOf } from '../define-receiver.ts';
import { goJson, goJsonMap } from '../go-json.ts';
import { groupHash } from '../group-hash.ts';
import { type CompileText, neverBlank, renderAll, textCompiler, withoutEmpty } from '../texts.ts';
import { truncateRunes } from '../truncate.ts';
import { alertJson } from '../webhook/body.ts';
import { compileYamlText } from '../yaml-text.ts';
import type { pagerdutySchema } from './config.ts';

/** The JSON of one event. @throws PermanentError where a template fails */
export type BuildEvent = (data: TemplateData, notification: Notification, key: string) => string;

type PagerDutyConfig = ConfigOf<typeof pagerdutySchema>;

/** PagerDuty's limits: code points of a summary, bytes of an event. */
const MAX_SUMMARY = 1024;
const MAX_EVENT = 512_000;
const REMOVED = goJson({
  error: 'Custom details have been removed because the original event exceeds the maximum size of 512KB',
});

/** Compiles an entry's events of the Events API v2. */
export function compileEventV2(config: PagerDutyConfig, templates: Templates): BuildEvent {
  const compile = textCompiler('pagerduty', templates, 'templateError');
  const details = compileDetails(config, templates);
  const texts = {
    summary: neverBlank(compile)('description', config.description, 'pagerduty.default.description'),
    client: compile('client', config.client, 'pagerduty.default.client'),
    client_url: compile('client_url', config.client_url, 'pagerduty.default.clientURL'),
    severity: compile('severity', config.severity || 'error'),
    class: compile('class', config.class),
    component: compile('component', config.component),
    group: compile('group', config.group),
  };
  const source = config.source ? compile('source', config.source) : texts.client;
  const images = compileList('images', ['src', 'alt', 'href'], config.images, compile);
  const links = compileList('links', ['href', 'text'], config.links, compile);
  return (data, notification, key) => {
    const { summary, client, client_url, severity, ...rest } = renderAll(texts, data);
    const build = (customDetails: string): string => {
      const payload = {
        summary: truncateRunes(summary, MAX_SUMMARY),
        source: source(data),
        severity: severity || 'error',
        ...withoutEmpty(rest),
      };
      const event = {
        routing_key: key,
        dedup_key: groupHash(notification),
        event_action: data.status === 'firing' ? 'trigger' : 'resolve',
        ...withoutEmpty({
          client,
          client_url,
          images: images.map((image) => image(data)).filter(({ src }) => src !== ''),
          links: links.map((link) => link(data)).filter(({ href }) => href !== ''),
        }),
      };
      return withMember(event, 'payload', withMember(payload, 'custom_details', customDetails));
    };
    return withinLimit(build, details(data));
  };
}

/** Compiles an entry's events of the Events API v1. */
export function compileEventV1(config: PagerDutyConfig, templates: Templates): BuildEvent {
  const compile = textCompiler('pagerduty', templates, 'templateError');
  const details = compileDetails(config, templates);
  const description = neverBlank(compile)('description', config.description, 'pagerduty.default.description');
  const clients = {
    client: compile('client', config.client, 'pagerduty.default.client'),
    client_url: compile('client_url', config.client_url, 'pagerduty.default.clientURL'),
  };
  return (data, notification, key) => {
    const isTrigger = data.status === 'firing';
    const event = {
      service_key: key,
      incident_key: groupHash(notification),
      event_type: isTrigger ? 'trigger' : 'resolve',
      description: truncateRunes(description(data), MAX_SUMMARY),
      event_action: '',
      payload: null,
      ...(isTrigger && withoutEmpty(renderAll(clients, data))),
    };
    return withinLimit((customDetails) => withMember(event, 'details', customDetails), details(data));
  };
}

function withinLimit(build: (details: string) => string, details: string): string {
  const event = build(details);
  return Buffer.byteLength(event) > MAX_EVENT ? build(REMOVED) : event;
}

/** An object's JSON with one more member, whose JSON is there already. */
function withMember(object: object, name: string, json: string): string {
  const start = goJson(object).slice(0, -1);
  return `${start}${start === '{' ? '' : ','}"${name}":${json}}`;
}

/** The entry's details beside the four that every event has. @returns what renders their JSON */
function compileDetails({ details }: PagerDutyConfig, templates: Templates): (data: TemplateData) => string {
  const own = Array.from(details ?? [], ([name, node]) => {
    return [name, compileYamlText(node, `pagerduty_configs details.${name}`, templates)] as const;
  });
  return (data) => {
    const { firing, resolved } = data.tocsin;
    const all: Record<string, string> = Object.assign(Object.create(null), {
      firing: alertsJson(firing),
      resolved: alertsJson(resolved),
      num_firing: String(firing.length),
      num_resolved: String(resolved.length),
    });
    for (const [name, build] of own) all[name] = build(data);
    return goJsonMap(all, String);
  };
}

function alertsJson(alerts: readonly TemplateAlert[]): string {
  return `[${alerts.map(alertJson).join(',')}]`;
}

function compileList<K extends string>(
  key: string,
  names: readonly K[],
  list: readonly Partial<Record<K, string | undefined>>[] = [],
  compile: CompileText,
): ((data: TemplateData) => Record<K, string>)[] {
  return list.map((item, i) => {
    // What an entry leaves out is sent empty, as Alertmanager does.
    const texts = names.map((name): [string, Render] => [name, compile(`${key}[${i}].${name}`, item[name])]);
    return (data) => renderAll(Object.fromEntries(texts) as Record<K, Render>, data);
  });
}
