import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { firstToken, type FirstToken } from '../../access/first-token.ts';
import { makeAccess } from '../../access/make-access.ts';
import { type Kit, type Settings } from '../../api/kit.ts';
import { makeMetrics } from '../../api/metrics/metrics.ts';
import { problemFault } from '../../api/problems/problem.ts';
import { makeSupervisor } from '../../api/supervisor.ts';
import { type App, makeApp } from '../../app.ts';
import { type Config } from '../../config/config.ts';
import { openWebhooks } from '../../config/webhooks.ts';
import { type Fault } from '../../errors.ts';
import { makeHub } from '../../hub/make-hub.ts';
import { systemHostLookup } from '../../machine/host-lookup.ts';
import { type Send } from '../../notify/attempt.ts';
import { makeNotifier } from '../../notify/make-notifier.ts';
import { faultText } from '../../view/fault.ts';
import { post } from '../../web/outbound.ts';
import { type Context } from '../context.ts';
import { packageVersion } from '../package-version.ts';
import { textOption } from '../parse.ts';
import { type Input } from '../spec.ts';
import { tellWarnings } from '../warnings.ts';
import { openPages } from './pages.ts';
import { questionsOf } from './questions.ts';

/** Everything of this process that answers, and the token of whoever sets it up. */
export interface Parts {
  readonly kit: Kit;
  readonly first: FirstToken | null;
}

/**
 * The configuration, whose mistakes are told before anything listens; null where there is none, which is
 * enough to look at what runs.
 */
async function configured(context: Context, input: Input): Promise<Config | null> {
  const { places, config, terminal } = context;
  if (textOption(input, 'config') === null && !existsSync(places.config)) {
    terminal.talk(
      `there is no ${places.config}: what the store has can be looked at, nothing can be planned or run`,
    );
    return null;
  }
  await tellWarnings(context);
  return config();
}

/** Said to whoever plans or starts at a server that has no configuration. */
async function unconfigured(): Promise<never> {
  throw problemFault('refused', 'this server was started without a configuration', {
    fix: 'It shows what runs, and plans nothing: write a file on the server (`dns-cutover init`), and start serve with --config.',
  });
}

/** Trouble that no request is there to be told about; said again only when it is another. */
function teller({ terminal }: Context): (what: string, fault: Fault) => void {
  const told = new Map<string, string>();
  return (what, fault) => {
    const text = `${what}: ${faultText(fault)}`;
    if (told.get(what) === text) return;
    told.set(what, text);
    terminal.talk(text);
  };
}

async function notifierOf({ environment }: App, context: Context, config: Config | null) {
  const { store, clock, chance } = environment;
  const holder = `${String(process.pid)}-${chance.hex(6)}`;
  const tell = (trouble: string): void => {
    context.terminal.talk(trouble);
  };
  const send: Send = ({ allowPrivate, ...of }, signal) =>
    post(of, { allowPrivate, lookUp: systemHostLookup }, signal);
  const webhooks = config === null ? [] : await openWebhooks(config);
  return makeNotifier({ store, clock, chance, send, holder, tell }, webhooks);
}

/** Composes what answers, over the store and the configuration of this context. Nothing listens yet. */
export async function assemble(
  context: Context,
  { input, settings }: { readonly input: Input; readonly settings: Settings },
): Promise<Parts> {
  const pages = await openPages();
  const config = await configured(context, input);
  const metrics = makeMetrics();
  const app = makeApp(metrics.counting((await context.app()).environment));
  const { store, clock, chance } = app.environment;
  const ground = { documents: store.documents, clock, chance };
  const access = makeAccess(ground);
  const tell = teller(context);
  const onFault = (fault: Fault): void => {
    tell('streams', fault);
  };
  const kit: Kit = {
    ...{ app, access, metrics, pages, settings, version: packageVersion() },
    config: config === null ? unconfigured : context.config,
    hub: makeHub({ store, clock, chance, access, onFault }),
    notifier: await notifierOf(app, context, config),
    supervisor: makeSupervisor(app, tell),
    questions: questionsOf(app),
    ownList: join(context.places.state, 'resolvers.json'),
  };
  return { kit, first: await firstToken(ground, context.places.state) };
}
