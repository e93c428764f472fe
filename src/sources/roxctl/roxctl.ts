import type { AlertInput } from '../../alert/alert.ts';
import { BoundedCopy } from '../bounded-copy.ts';
import { isObject, type JsonObject } from '../json.ts';
import { shortHash } from '../limits.ts';
import { readAlertMessage } from '../rhacs/alert-message.ts';
import { annotationSet, labelSet } from '../rhacs/label-builder.ts';
import type { Product } from '../rhacs/product.ts';
import { testSample } from '../rhacs/samples.ts';
import { stackroxHelpers } from '../rhacs/views/helpers.ts';
import { stackroxPresentation } from '../rhacs/views/presentation.ts';
import type { Source, SourceContext, SourceResult } from '../source.ts';
import { readCheckOutput } from './check-output.ts';

const ROXCTL: Product = {
  name: 'roxctl',
  title: 'roxctl',
  defaultPath: '/webhooks/roxctl',
  alertPage: '',
  imagePage: '',
  policyPage: '',
  linkText: 'Open the pipeline run',
  event: { verb: 'Found', nouns: 'violations' },
  facts: ({ labels, annotations }) => [
    { name: 'Pipeline', value: labels.pipeline ?? '' },
    { name: 'Branch', value: labels.branch ?? '' },
    { name: 'Job', value: annotations.job ?? '' },
    { name: 'Commit', value: annotations.commit ?? '' },
  ],
};

const EXTRAS_BUDGET = 50_000;
/** As long as any browser takes. */
const LONGEST_LINK = 4_000;

/** What a CI job says of itself in the query. Texts are '' where absent. */
interface Run {
  readonly pipeline: string;
  readonly branch: string;
  readonly job: string;
  readonly commit: string;
  readonly link: string;
  /** Where the deployment is to run, which its manifest does not say. */
  readonly cluster: string;
  readonly namespace: string;
}

const RUN = ['pipeline', 'branch', 'job', 'commit', 'link', 'cluster', 'namespace'] as const;

/** A check of `roxctl` in a CI job: each violated policy is an event of that run. */
export const roxctl: Source = {
  name: ROXCTL.name,
  defaultPath: ROXCTL.defaultPath,
  defaultStaleAfter: undefined,
  presentation: stackroxPresentation(ROXCTL),
  helpers: stackroxHelpers,
  sample: (now) => testSample(ROXCTL, now),
  recognizes: (body) => isObject(body) && 'results' in body,

  parse(body: unknown, { query, now }: SourceContext): SourceResult {
    const { found, rejected: unreadable } = readCheckOutput(body);
    const rejected = [...unreadable];
    const run = runOf(query);
    const link = linkOf(run.link);
    if (run.link !== '' && link === '') rejected.push('link: expected an http or https address');
    const extras = extrasOf(query);
    const alerts: AlertInput[] = [];
    for (const { path, alert } of found) {
      const input = alertOf(alert, { ...run, link }, extras, now);
      if (input) alerts.push(input);
      else rejected.push(`${path}: the message contains no alert`);
    }
    return { alerts, rejected };
  },
};

function alertOf(alert: JsonObject, run: Run, extras: Record<string, string>, now: number): AlertInput | undefined {
  const context = { product: ROXCTL, central: '', now, staleAfter: undefined, updateInterval: 0 };
  const content = {
    ...alert,
    ...(run.cluster === '' ? {} : { clusterName: run.cluster }),
    ...(run.namespace === '' ? {} : { namespace: run.namespace }),
  };
  const input = readAlertMessage({ content, extras }, context);
  if (!input) return undefined;
  const { labels, annotations, details } = input;
  return {
    labels: labelSet({ ...labels.toJSON(), pipeline: run.pipeline, branch: run.branch }),
    annotations: annotationSet({ ...named(extras), ...annotations.toJSON(), job: run.job, commit: run.commit }),
    generatorURL: run.link,
    details,
    event: true,
    occurrence: { id: runId(run, now), revision: revisionOf(alert), latest: now, updateInterval: 0 },
  };
}

/** The same run sent again is no news. Where nothing tells runs apart, each message is one. */
function runId({ pipeline, job, commit, link }: Run, now: number): string {
  return shortHash(JSON.stringify(commit === '' && link === '' ? [now] : [pipeline, job, commit, link]));
}

/** What matters in a finding: an id of a deployment or of an alert is made up for each check, and so are times. */
function revisionOf({ policy, violations, enforcement }: JsonObject): string {
  return shortHash(JSON.stringify([policy, violations, enforcement]));
}

function runOf(query: Readonly<Record<string, string>>): Run {
  return Object.fromEntries(RUN.map((name) => [name, (query[name] ?? '').trim()])) as unknown as Run;
}

/** Other parameters are what extra fields are to the webhook of RHACS. */
function extrasOf(query: Readonly<Record<string, string>>): Record<string, string> {
  const others = Object.entries(query).filter(([name]) => !(RUN as readonly string[]).includes(name));
  return new BoundedCopy(EXTRAS_BUDGET).copy(Object.fromEntries(others)) as Record<string, string>;
}

/** They are annotations, too: one may hold the recipients (`recipients.annotation` of a mail entry). */
function named(extras: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(extras).filter(([name]) => /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)));
}

function linkOf(link: string): string {
  return link.length <= LONGEST_LINK && /^https?:\/\//i.test(link) && URL.canParse(link) ? link : '';
}
