import { describe, isObject, type JsonObject, listAt, objectAt, textAt } from '../json.ts';
import { UnreadableError } from '../source.ts';

/** One violated policy in the shape of an alert of RHACS, with its place in the body. */
export interface Finding {
  readonly path: string;
  readonly alert: JsonObject;
}

export interface Findings {
  readonly found: readonly Finding[];
  /** Items of other types, each with its place. */
  readonly rejected: readonly string[];
}

/** What stands in for "the check made the build fail": what RHACS calls it on its own alerts. */
const FAILED = { action: 'FAIL_BUILD_ENFORCEMENT', message: 'The check fails the build' };
/** By which a policy makes `roxctl` fail: of an image, and of a deployment (which nothing has scaled at that time). */
const FAILING = new Set(['FAIL_BUILD_ENFORCEMENT', 'SCALE_TO_ZERO_ENFORCEMENT']);

/**
 * Reads the output of `roxctl image check` and `roxctl deployment check`: `--output json`, or protojson of the older
 * `--json`. Where nothing is violated the first leaves `results` out, and the second everything.
 * @throws UnreadableError
 */
export function readCheckOutput(body: unknown): Findings {
  if (!isObject(body)) throw new UnreadableError(`expected an object, found ${describe(body)}`);
  if (body.results !== undefined && body.results !== null) return resultsOf(listOf(body.results, 'results'));
  if (body.alerts !== undefined && body.alerts !== null) return alertsOf(listOf(body.alerts, 'alerts'));
  const keys = Object.keys(body);
  if (keys.every((key) => ['results', 'alerts', 'summary', 'remarks'].includes(key)))
    return { found: [], rejected: [] };
  throw new UnreadableError(
    'expected the output of "roxctl ... check --output json": found neither "results" nor "alerts"',
  );
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new UnreadableError(`${path}: expected a list, found ${describe(value)}`);
}

function resultsOf(results: readonly unknown[]): Findings {
  const found: Finding[] = [];
  const rejected: string[] = [];
  for (const [path, result] of objects(results, 'results', rejected)) {
    const subject = subjectOf(objectAt(result, 'metadata'));
    const policies = listAt(result, 'violatedPolicies');
    for (const [place, policy] of objects(policies, `${path}.violatedPolicies`, rejected)) {
      found.push({ path: place, alert: { ...subject, ...violatedPolicy(policy) } });
    }
  }
  return { found, rejected };
}

function alertsOf(alerts: readonly unknown[]): Findings {
  const rejected: string[] = [];
  const found = [...objects(alerts, 'alerts', rejected)].map(([path, alert]) => {
    const { enforcement: _, ...rest } = alert;
    const failing = listAt(objectAt(alert, 'policy'), 'enforcementActions').some((action) =>
      FAILING.has(String(action)),
    );
    return { path, alert: failing ? { ...rest, enforcement: FAILED } : rest };
  });
  return { found, rejected };
}

function* objects(list: readonly unknown[], path: string, rejected: string[]): Generator<[string, JsonObject]> {
  for (const [i, item] of list.entries()) {
    if (isObject(item)) yield [`${path}[${i}]`, item];
    else rejected.push(`${path}[${i}]: expected an object, found ${describe(item)}`);
  }
}

/** What was checked. The id of a deployment is made up for each check; an unknown one has no name. */
function subjectOf(metadata: JsonObject): JsonObject {
  const info = objectAt(metadata, 'additionalInfo');
  const name = textAt(info, 'name');
  const type = textAt(info, 'type');
  if (name === '') return { lifecycleStage: 'BUILD' };
  if (type === 'image') return { lifecycleStage: 'BUILD', image: { name: { fullName: name } } };
  const namespace = textAt(info, 'namespace');
  return { lifecycleStage: 'DEPLOY', namespace, deployment: { name, type, namespace } };
}

function violatedPolicy(policy: JsonObject): JsonObject {
  const severity = textAt(policy, 'severity');
  return {
    policy: {
      name: textAt(policy, 'name'),
      severity: severity === '' ? 'UNSET_SEVERITY' : `${severity}_SEVERITY`,
      description: textAt(policy, 'description'),
      remediation: textAt(policy, 'remediation'),
    },
    violations: listAt(policy, 'violation')
      .filter((message) => typeof message === 'string')
      .map((message) => ({ message })),
    ...(policy.failingCheck === true ? { enforcement: FAILED } : {}),
  };
}
