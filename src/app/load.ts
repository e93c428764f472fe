import type { MatcherMode } from '../alert/parse-matchers.ts';
import { type LoadOptions, loadConfigFile } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import type { Logger } from '../log/logger.ts';
import { Metrics } from '../metrics/metrics.ts';
import type { BuildReceiver } from '../receivers/define-receiver.ts';
import { receiverKinds } from '../receivers/registry.ts';
import { alertKinds, sources } from '../sources/registry.ts';
import { checkStrings } from '../templating/check-strings.ts';
import { createTemplates } from '../templating/create-templates.ts';
import type { Clock } from '../time/clock.ts';
import { processZone } from '../time/zones.ts';
import { buildPipeline, type Pipeline } from './pipeline.ts';

/** What the file may name: every receiver and source there is. */
export const registry = { integrations: receiverKinds, sources };

export interface PipelineOptions {
  readonly mode: MatcherMode;
  readonly externalURL: string;
  /** Tocsin's own, for mails. */
  readonly version: string;
  /** For the User-Agent of webhooks. */
  readonly alertmanagerVersion: string;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Absent where nobody looks at them. */
  readonly metrics?: Metrics;
}

/** See LoadOptions.checkTemplates. */
export const checkTemplates: NonNullable<LoadOptions['checkTemplates']> = (files, uses) =>
  checkStrings(files, uses, alertKinds);

/** @throws ConfigError with everything that is wrong with the file. */
export function readConfig(
  file: string,
  options: Pick<LoadOptions, 'mode' | 'retention'>,
): Promise<Config<BuildReceiver>> {
  return loadConfigFile(file, { ...options, ...registry, checkTemplates });
}

/** Builds what a configuration asks for: its templates and its receivers. @throws TemplateError */
export async function pipelineOf(config: Config<BuildReceiver>, options: PipelineOptions): Promise<Pipeline> {
  const templates = await createTemplates({
    userGlobs: config.templates,
    language: config.templateLanguage,
    times: {
      zone: config.timeZone ?? processZone(),
      ...(config.dateFormat !== undefined && { layout: config.dateFormat }),
    },
    kinds: alertKinds,
    failed: (err) => options.logger.error('A template failed; plain text is sent instead', { err }),
  });
  const context = { metrics: new Metrics(), ...options, templates };
  return buildPipeline(config, context);
}
