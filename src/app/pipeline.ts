import { LabelSet } from '../alert/label-set.ts';
import type { NotifiedAlert } from '../alert/notification.ts';
import type { Config, ReceiverConfig } from '../config/types.ts';
import { Directory } from '../directory/directory.ts';
import type { Logger } from '../log/logger.ts';
import { Inhibitor } from '../muting/inhibitor.ts';
import { TargetResolver } from '../notify/audience/target-resolver.ts';
import type { Flush } from '../notify/flush.ts';
import type { Integration } from '../notify/integration.ts';
import type { ReceiverContext } from '../receivers/context.ts';
import type { BuildReceiver } from '../receivers/define-receiver.ts';
import type { Receiver } from '../receivers/receiver.ts';
import { buildRouteTree, type Route, walkRoutes } from '../routing/route.ts';
import { RouteLabels } from './route-labels.ts';

/** What one configuration becomes. Building it is all that can fail at a reload; swapping it in cannot. */
export interface Pipeline {
  readonly config: Config;
  readonly root: Route;
  readonly inhibitor: Inhibitor;
  /** Not started yet. */
  readonly directory: Directory;
  /** By receiver name; only receivers that a route uses. */
  readonly integrations: ReadonlyMap<string, readonly Integration[]>;
  /** Builds a receiver's integrations anew, also of one that no route uses: to be closed by the caller. undefined: there is none of this name. */
  buildReceiver(name: string): readonly Integration[] | undefined;
  renderRouteLabels(
    flush: Pick<Flush, 'route' | 'groupKey' | 'groupLabels' | 'now'>,
    alerts: readonly NotifiedAlert[],
  ): LabelSet;
}

/** What receivers get; the directory is the configuration's own. */
export type PipelineContext = Omit<ReceiverContext, 'directory'>;

/** Builds a receiver, and keeps it to be closed. */
type Build = (build: BuildReceiver) => Receiver;

/** All or nothing. @throws TemplateError, or whatever a receiver's construction finds wrong. */
export function buildPipeline(config: Config<BuildReceiver>, context: PipelineContext): Pipeline {
  const directory = new Directory(config);
  const built: Receiver[] = [];
  const build: Build = (buildReceiver) => {
    const receiver = buildReceiver({ ...context, directory });
    built.push(receiver);
    return receiver;
  };
  try {
    return assemble(config, context, directory, build);
  } catch (error) {
    void Promise.allSettled(built.map((receiver) => receiver.close()));
    throw error;
  }
}

function assemble(
  config: Config<BuildReceiver>,
  context: PipelineContext,
  directory: Directory,
  build: Build,
): Pipeline {
  const root = buildRouteTree(config.route);
  const routes = [...walkRoutes(root)];
  const resolverDeps = { directory, logger: context.logger };
  const used = new Set(routes.map(({ receiver }) => receiver));
  const integrations = new Map<string, Integration[]>();
  for (const receiver of config.receivers) {
    if (used.has(receiver.name)) integrations.set(receiver.name, buildIntegrations(receiver, resolverDeps, build));
    else context.logger.info('skipping creation of receiver not referenced by any route', { receiver: receiver.name });
  }
  const routeLabels = new Map(routes.map((route) => [route, new RouteLabels(route, context)]));
  return {
    config,
    root,
    inhibitor: new Inhibitor(config.inhibitRules),
    directory,
    integrations,
    buildReceiver: (name) => {
      const receiver = config.receivers.find((one) => one.name === name);
      return receiver && buildIntegrations(receiver, resolverDeps, (one) => one({ ...context, directory }));
    },
    renderRouteLabels: (flush, alerts) => routeLabels.get(flush.route)?.render(flush, alerts) ?? LabelSet.empty,
  };
}

function buildIntegrations(
  { name, integrations }: ReceiverConfig<BuildReceiver>,
  resolverDeps: { readonly directory: Directory; readonly logger: Logger },
  build: Build,
): Integration[] {
  return integrations.map(({ kind, index, identity, sendResolved, build: buildReceiver }) => {
    const receiver = build(buildReceiver);
    const resolver = receiver.recipients && new TargetResolver(receiver.recipients, resolverDeps);
    return { receiverName: name, kind, index, identity, sendResolved, receiver, ...(resolver && { resolver }) };
  });
}

/** Ends connections and timers of all that routes use. */
export async function closeReceivers({ integrations }: Pick<Pipeline, 'integrations'>): Promise<void> {
  await Promise.allSettled([...integrations.values()].flat().map(({ receiver }) => receiver.close()));
}
