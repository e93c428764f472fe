import { goQuote } from '../../alert/label-set.ts';
import type { HttpRequest, HttpResponse } from '../../http-client/http-client.ts';
import { buildDataInTurns } from '../../templating/build-data.ts';
import type { ReceiverContext } from '../context.ts';
import { type ConfigOf, defineReceiver } from '../define-receiver.ts';
import { goJson } from '../go-json.ts';
import { httpConfigOf } from '../http-config-of.ts';
import { jsonPost } from '../http-receiver.ts';
import { createHttpSender, RETRIED_STATUSES } from '../http-sender.ts';
import { PermanentError, type Receiver, withPrefix } from '../receiver.ts';
import { jiraSchema } from './config.ts';
import { compileIssue, type Issue } from './issue.ts';

/** `jira_configs`. */
export const jira = defineReceiver({ ...jiraSchema, create: createJiraReceiver });

type JiraConfig = ConfigOf<typeof jiraSchema>;

interface FoundIssue {
  readonly key: string;
  readonly isDone: boolean;
}

const MINUTE = 60_000;

/**
 * Creates, updates and moves one issue per group, found by a label of its own, as Alertmanager does. A network error is
 * tried again, where Alertmanager gives up.
 */
function createJiraReceiver(config: JiraConfig, context: ReceiverContext): Receiver {
  const render = compileIssue(config, context.templates);
  const http = httpConfigOf(config);
  const sender = createHttpSender({ kind: 'jira', http, retried: RETRIED_STATUSES }, context);
  const base = (config.api_url as string).replace(/\/*$/, '');

  return {
    async send(notification, signal) {
      const data = await buildDataInTurns(notification, context);
      const issue = render(data, notification);
      const isFiring = data.status === 'firing';
      const ask = async (step: string, request: HttpRequest): Promise<HttpResponse> => {
        try {
          return await sender.send(request, signal);
        } catch (error) {
          throw withPrefix(error, `${step}: `);
        }
      };
      const search = searchRequest(config, base, issue, isFiring);
      const found = readIssue(await ask('failed to look up existing issues', search));
      if (!found && !isFiring) return { response: 'no open issue', refused: [] };
      const path = found ? `issue/${encodeURIComponent(found.key)}` : 'issue';
      const method = found ? 'PUT' : 'POST';
      const write = { ...request(`${base}/${path}`, issue.body(found !== undefined)), method } as const;
      const { status } = await ask(`failed to ${method} request to ${JSON.stringify(path)}`, write);
      const transition = found && wantedTransition(config, isFiring, found);
      if (transition !== undefined) {
        const url = `${base}/${path}/transitions`;
        const list = await ask('failed to look up transitions', { ...request(url, ''), method: 'GET' });
        const move = request(url, goJson({ transition: { id: transitionId(list, transition) } }));
        await ask(`failed to move the issue by ${JSON.stringify(transition)}`, move);
      }
      return { response: `${status} ${method} ${path}`, refused: [] };
    },
    warmUp: () => sender.warmUp(),
    close: () => sender.close(),
  };
}

function request(url: string, json: string): HttpRequest {
  const { body, ...post } = jsonPost(url, json, { headers: { 'Accept-Language': 'en' } });
  return json === '' ? post : { ...post, body: body as string };
}

/** The open issue of the group, or one that was closed so lately that it may be opened again. */
function searchRequest(config: JiraConfig, base: string, { project, label }: Issue, isFiring: boolean): HttpRequest {
  const { wont_fix_resolution: wontFix, reopen_transition: reopen, reopen_duration = 0 } = config;
  const minutes = Math.trunc(reopen_duration / MINUTE);
  const isOpen =
    isFiring && reopen && minutes >= 1
      ? `(resolutiondate is EMPTY OR resolutiondate >= -${minutes}m)`
      : 'statusCategory != Done';
  const jql = [
    ...(wontFix ? [`(resolution is EMPTY or resolution != ${goQuote(wontFix)})`] : []),
    isOpen,
    `project=${goQuote(project)}`,
    `labels=${goQuote(label)} order by status ASC,resolutiondate DESC`,
  ].join(' and ');
  return request(searchUrl(config, base), goJson({ fields: ['status'], jql, maxResults: 2 }));
}

/** Jira Cloud has its search in API v3 only. */
function searchUrl({ api_type }: JiraConfig, base: string): string {
  const isCloud = api_type === 'cloud' || (api_type === 'auto' && new URL(base).hostname.endsWith('atlassian.net'));
  return isCloud ? `${base}/search/jql`.replace('/rest/api/2/', '/rest/api/3/') : `${base}/search`;
}

function readIssue({ body }: HttpResponse): FoundIssue | undefined {
  interface Found {
    readonly key?: unknown;
    readonly fields?: { readonly status?: { readonly statusCategory?: { readonly key?: unknown } } };
  }
  const { issues } = parse(body) as { readonly issues?: unknown };
  const [first] = Array.isArray(issues) ? (issues as Found[]) : [];
  if (typeof first?.key !== 'string') return undefined;
  return { key: first.key, isDone: first.fields?.status?.statusCategory?.key === 'done' };
}

function wantedTransition(config: JiraConfig, isFiring: boolean, { isDone }: FoundIssue): string | undefined {
  if (isFiring === isDone) return (isFiring ? config.reopen_transition : config.resolve_transition) || undefined;
  return undefined;
}

function transitionId({ body }: HttpResponse, name: string): string {
  const { transitions } = parse(body) as { readonly transitions?: unknown };
  const list = Array.isArray(transitions) ? (transitions as { id?: unknown; name?: unknown }[]) : [];
  const found = list.find((one) => one.name === name);
  if (typeof found?.id !== 'string') throw new PermanentError(`can't find transition ${name} for the issue`);
  return found.id;
}

function parse(body: string): object {
  try {
    return (JSON.parse(body) as object | null) ?? {};
  } catch {
    throw new PermanentError('jira: the answer is not JSON');
  }
}
