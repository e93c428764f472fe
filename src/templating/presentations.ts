import type { AlertPresentation } from './alert-presentation.ts';
import type { TemplateAlert, TemplateData } from './data.ts';
import type { Helpers, PresentationLookup } from './helper.ts';

/** A kind of alert as templates know it. */
export interface PresentedKind {
  readonly presentation?: AlertPresentation;
  /** Helpers of its own; kinds may share them. */
  readonly helpers?: Helpers;
}

/** The email template of alerts that no kind claims, and of groups of several kinds. */
const DEFAULT = 'default';

/** All kinds of alerts that are shown in a way of their own. */
export class Presentations implements PresentationLookup {
  readonly helpers: Helpers;
  readonly #presentations: readonly AlertPresentation[];

  /** @param kinds of two that include an alert, the first counts. */
  constructor(kinds: readonly PresentedKind[]) {
    this.#presentations = kinds.flatMap(({ presentation }) => (presentation ? [presentation] : []));
    this.helpers = Object.assign({}, ...kinds.map(({ helpers }) => helpers));
  }

  of(alert: TemplateAlert): AlertPresentation | undefined {
    return this.#presentations.find((presentation) => presentation.includes(alert));
  }

  /** The email template (a folder under templates/) for a notification whose receiver names none. */
  template(data: TemplateData): string {
    if (data.tocsin.digest !== undefined) return 'digest';
    const [first = DEFAULT, ...others] = new Set(data.alerts.map((alert) => this.#templateOf(alert)));
    return others.length > 0 ? DEFAULT : first;
  }

  #templateOf(alert: TemplateAlert): string {
    return this.of(alert)?.template?.(alert) ?? DEFAULT;
  }
}
