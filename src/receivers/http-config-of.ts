import { toHttpConfig } from '../config/http-client.ts';
import { defaultHttpValues, type HttpValues } from '../config/http-config.ts';
import type { HttpConfig } from '../config/types.ts';

/** How an entry's HTTP requests are made. */
export function httpConfigOf({ http_config }: { readonly http_config?: HttpValues | undefined }): HttpConfig {
  return toHttpConfig(http_config ?? defaultHttpValues);
}
