import type { AppOptions } from '../app/app.ts';
import { receiverKinds } from '../receivers/registry.ts';
import type { Flags } from './flags.ts';
import { httpOptions } from './http-options.ts';

/** What the command line says, as the service takes it. @param version Tocsin's own. */
export function appOptions(flags: Flags, version: string): AppOptions {
  const { features } = flags;
  return {
    configFile: flags.configFile,
    storagePath: flags.storagePath,
    fsync: flags.storageFsync,
    externalUrl: flags.externalUrl,
    version,
    engine: {
      retention: flags.dataRetention,
      maintenanceInterval: flags.dataMaintenanceInterval,
      alertsGcInterval: flags.alertsGcInterval,
      startDelay: flags.startDelay,
      alertLimits: {
        perAlertname: flags.perAlertnameLimit,
        perSource: flags.perSourceLimit,
        active: flags.activeLimit,
        endsAt: flags.endsAtLimit,
      },
      maxSilences: flags.maxSilences,
      maxSilenceSizeBytes: flags.maxSilenceSizeBytes,
      logSilences: flags.logSilences,
      matcherMode: features.matcherMode,
    },
    http: httpOptions(flags, version),
    metrics: {
      process: true,
      integrations: receiverKinds.map(({ kind }) => kind).toSorted(),
      receiverNames: features.receiverNamesInMetrics,
      alertNames: features.alertNamesInMetrics,
      groupKeys: features.groupKeysInMetrics,
    },
  };
}
