import type { AlertInput } from '../../alert/alert.ts';
import type { JsonObject } from '../json.ts';
import type { Product } from './product.ts';

/** One webhook message on its way to becoming an alert. */
export interface Message {
  /** What stands under the body's `alert`, `audit` or `networkpolicy`. */
  readonly content: JsonObject;
  /** The integration's extra fields: texts beside the message. Bounded. */
  readonly extras: Readonly<Record<string, string>>;
}

export interface MessageContext {
  readonly product: Product;
  /** Central's origin for links, '' where the file names none. */
  readonly central: string;
  /** ms */
  readonly now: number;
  /** ms; undefined: such alerts follow resolve_timeout. */
  readonly staleAfter: number | undefined;
  /** ms: minimum interval between updates of a growing alert. */
  readonly updateInterval: number;
}

/** @returns undefined if the content contains no alert. */
export type ReadMessage = (message: Message, context: MessageContext) => AlertInput | undefined;
