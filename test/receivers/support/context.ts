import { join } from 'node:path';
import { Directory } from '../../../src/directory/directory.ts';
import type { Attributes, Logger } from '../../../src/log/logger.ts';
import { Metrics } from '../../../src/metrics/metrics.ts';
import type { ReceiverContext } from '../../../src/receivers/context.ts';
import { alertKinds } from '../../../src/sources/registry.ts';
import { createTemplates } from '../../../src/templating/create-templates.ts';
import { FakeClock } from '../../support/fake-clock.ts';

const shippedDir = join(import.meta.dirname, '../email/templates');
const templates = createTemplates({ userGlobs: [], shippedDir, kinds: alertKinds });

export interface TestContext extends ReceiverContext {
  readonly clock: FakeClock;
  /** Everything logged: level, message, attributes. */
  readonly logged: readonly [string, string, Attributes][];
}

/** A receiver's surroundings: this folder's plain templates, a clock that stands still, a log that is kept. */
export async function testContext(): Promise<TestContext> {
  const logged: [string, string, Attributes][] = [];
  const log =
    (level: string) =>
    (message: string, attributes: Attributes = {}): void => {
      logged.push([level, message, attributes]);
    };
  const logger: Logger = {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    child: () => logger,
  };
  return {
    templates: await templates,
    directory: new Directory({ teams: [], sources: new Map() }),
    externalURL: 'http://tocsin.example:9093',
    version: '0.1.0',
    alertmanagerVersion: '0.35.0',
    clock: new FakeClock('2026-03-01T08:20:00Z'),
    logger,
    metrics: new Metrics(),
    logged,
  };
}
