import { LabelSet } from '../alert/label-set.ts';
import type { NotifiedAlert } from '../alert/notification.ts';
import type { Logger } from '../log/logger.ts';
import type { Flush } from '../notify/flush.ts';
import type { Route } from '../routing/route.ts';
import { buildData } from '../templating/build-data.ts';
import type { TemplateData } from '../templating/data.ts';
import type { Render, Templates } from '../templating/templates.ts';

export interface RouteLabelsContext {
  readonly templates: Templates;
  readonly externalURL: string;
  readonly version: string;
  readonly logger: Logger;
}

/**
 * A route's `labels`: templates over the group's data that may use one another as `{{routeLabels.x}}`. Each is rendered
 * when it is first asked for; one that fails, or that needs itself, is left out and logged (as in Alertmanager).
 */
export class RouteLabels {
  readonly #route: Route;
  readonly #templates: ReadonlyMap<string, Render>;
  readonly #context: RouteLabelsContext;

  /** @throws TemplateError */
  constructor(route: Route, context: RouteLabelsContext) {
    this.#route = route;
    this.#context = context;
    this.#templates = new Map(
      Array.from(route.labels, ([name, source]) => [
        name,
        context.templates.text(source, `label ${name} of route ${route.id}`),
      ]),
    );
  }

  render(flush: Pick<Flush, 'groupKey' | 'groupLabels' | 'now'>, alerts: readonly NotifiedAlert[]): LabelSet {
    if (this.#templates.size === 0) return LabelSet.empty;
    const data = buildData(
      {
        id: '',
        receiver: this.#route.receiver,
        groupKey: flush.groupKey,
        groupLabels: flush.groupLabels,
        routeLabels: LabelSet.empty,
        reason: 'first notification',
        alerts,
        now: flush.now,
        sentBefore: 0,
        firstSentAt: 0,
      },
      this.#context,
    );
    const values = this.#lazyValues(data);
    const entries: [string, string][] = [];
    for (const name of this.#templates.keys()) {
      try {
        entries.push([name, values[name] as string]);
      } catch (error) {
        this.#context.logger.error('Route label left out', { route: this.#route.id, label: name, err: error });
      }
    }
    return LabelSet.from(entries);
  }

  #lazyValues(data: TemplateData): Readonly<Record<string, string>> {
    const values = Object.create(null) as Record<string, string>;
    const underWay: string[] = [];
    const routeLabelSources = Object.fromEntries(this.#route.labels);
    // Alertmanager renders the labels before it knows the reason.
    const withLabels = { ...data, notificationReason: 'unknown', routeLabels: values, routeLabelSources };
    for (const [name, render] of this.#templates) {
      Object.defineProperty(values, name, {
        enumerable: true,
        configurable: true,
        get: () => {
          if (underWay.includes(name)) {
            throw new Error(`route label cycle detected: ${[...underWay, name].join(' -> ')}`);
          }
          underWay.push(name);
          try {
            const value = render(withLabels);
            Object.defineProperty(values, name, { value, enumerable: true });
            return value;
          } finally {
            underWay.pop();
          }
        },
      });
    }
    return values;
  }
}
