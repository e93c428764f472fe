import type { SecretSource } from '../../config/secret.ts';
import type { HttpConfig } from '../../config/types.ts';

/** One `webhook_configs` entry. */
export interface WebhookConfig {
  /** A Handlebars template over TemplateData when it holds `{{`. `url_file` is read per notification. */
  readonly url: SecretSource;
  readonly http: HttpConfig;
  /** 0: all. */
  readonly maxAlerts: number;
  /** ms for one attempt; 0: none. */
  readonly timeout: number;
  /** Any YAML tree whose strings (keys too) are Handlebars templates; undefined: the standard body. */
  readonly payload: PayloadNode | undefined;
}

/** A scalar keeps its text and, where it was written plain, its YAML type. */
export type PayloadNode =
  | string
  | number
  | boolean
  | null
  | readonly PayloadNode[]
  | { readonly [key: string]: PayloadNode };
