import { compareBytes } from '../../alert/label-set.ts';
import type { Notification } from '../../alert/notification.ts';
import type { TemplateData } from '../../templating/data.ts';
import type { Templates } from '../../templating/templates.ts';
import type { ConfigOf } from '../define-receiver.ts';
import { goJson, goJsonMap } from '../go-json.ts';
import { groupHash } from '../group-hash.ts';
import { neverBlank, renderAll, textCompiler } from '../texts.ts';
import { truncateRunes } from '../truncate.ts';
import { compileYamlText } from '../yaml-text.ts';
import { toAtlassianDocument } from './atlassian-document.ts';
import type { jiraSchema } from './config.ts';

type JiraConfig = ConfigOf<typeof jiraSchema>;

/** Jira's limits, code points. */
const MAX_SUMMARY = 255;
const MAX_DESCRIPTION = 32_767;

/** An issue as one notification has it. */
export interface Issue {
  readonly project: string;
  /** By which the group's issue is found again. */
  readonly label: string;
  /** The JSON of a body for POST issue, or PUT issue/KEY. */
  body(isUpdate: boolean): string;
}

/** Compiles an entry's issue. @returns what renders it; it throws PermanentError where a template fails */
export function compileIssue(
  config: JiraConfig,
  templates: Templates,
): (data: TemplateData, notification: Notification) => Issue {
  const compile = textCompiler('jira', templates);
  const texts = {
    project: compile('project', config.project),
    issueType: compile('issue_type', config.issue_type),
    summary: neverBlank(compile)('summary', config.summary?.template, 'jira.default.summary'),
    description: compile('description', config.description?.template, 'jira.default.description'),
    priority: compile('priority', config.priority, 'jira.default.priority'),
  };
  const labels = (config.labels ?? []).map((source, i) => compile(`labels[${i}]`, source));
  const own = Array.from(config.fields ?? [], ([name, node]) => {
    return [name, compileYamlText(node, `jira_configs fields.${name}`, templates)] as const;
  });
  const isVersion3 = (config.api_url ?? '').replace(/\/$/, '').endsWith('/3');
  return (data, notification) => {
    const { project, issueType, summary, description, priority } = renderAll(texts, data);
    const label = `ALERT{${groupHash(notification)}}`;
    const all = [...labels.map((render) => render(data)), label].sort(compareBytes);
    const fields: Record<string, string> = Object.assign(Object.create(null), {
      project: goJson({ key: project }),
      issuetype: goJson({ name: issueType }),
      labels: goJson(all),
      ...(priority !== '' && { priority: goJson({ name: priority }) }),
    });
    const body = (isUpdate: boolean): string => {
      const mayChange = (text: JiraConfig['summary']): boolean => !isUpdate || text?.enable_update !== false;
      const members: Record<string, string> = Object.assign(Object.create(null), fields);
      if (mayChange(config.summary)) members.summary = goJson(truncateRunes(summary, MAX_SUMMARY));
      const text = truncateRunes(description, MAX_DESCRIPTION);
      if (text !== '' && mayChange(config.description)) {
        members.description = isVersion3 ? toAtlassianDocument(text) : goJson(text);
      }
      for (const [name, build] of own) members[name] = build(data);
      return `{"fields":${goJsonMap(members, String)}}`;
    };
    return { project, label, body };
  };
}
