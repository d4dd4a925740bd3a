import {
  canBeAsked,
  interferes,
  networkSentences,
  type TestedResolver,
  testedText,
} from '../../view/resolvers/text.ts';
import { count } from '../../view/words.ts';
import { type Context } from '../context.ts';
import { systemHostLookup } from '../../machine/host-lookup.ts';
import { textOption } from '../parse.ts';
import { readDomain } from '../propagation/terms.ts';
import { chooseResolvers } from '../propagation/whom.ts';
import { openWorld } from '../propagation/world.ts';
import { refuseOther, writeQuarantine } from './quarantine.ts';
import { errandsOf, tryOut } from './testing.ts';
import { type Asked } from './verdict.ts';
import { type Run } from '../spec.ts';

export const run: Run = async ({ terminal, json, signal }, input) => {
  const only = input.args.map(text => text.replace(/^@/, ''));
  const [domain, quarantine] = [textOption(input, 'domain'), textOption(input, 'quarantine')];
  const resolvers = await chooseResolvers(textOption(input, 'resolvers'), only, systemHostLookup);
  if (quarantine !== null) await refuseOther(quarantine);
  const world = await openWorld();
  try {
    const zone = domain === null ? null : readDomain(domain, '--domain');
    const trying = { world, errands: errandsOf(world), resolvers, zone };
    const { asked, tested, network } = await tryOut(trying, signal);
    const sentences = networkSentences(network);
    terminal.out(
      json
        ? JSON.stringify({ network: { ...network, sentences }, resolvers: tested })
        : testedText({ resolvers: tested, network }, terminal.look()),
    );
    const trusted = !interferes(network) && tested.some(canBeAsked);
    if (quarantine !== null && trusted)
      await keepQuarantine(quarantine, { asked, tested, terminal });
    if (quarantine !== null && !trusted)
      terminal.talk(
        `nothing was written to ${quarantine}: what fails everywhere is no resolver’s fault`,
      );
    if (interferes(network)) return 3;
    if (!trusted) terminal.talk(nobody);
    return trusted ? 0 : 69;
  } finally {
    await world.close();
  }
};

const nobody =
  'no resolver can be asked: see above what each said. Does this network let DNS out (port 53, UDP and TCP)? @tls://… and @https://… go over other ports, and --resolvers names others.';

/** A family that this machine lacks is no fault of a resolver, and an address typed has no row. */
async function keepQuarantine(file: string, { asked, tested, terminal }: KeptFrom): Promise<void> {
  const rows = asked.flatMap(({ resolver, lacking }, index) => {
    const one = tested[index];
    return one === undefined || lacking || resolver.id.includes(':')
      ? []
      : [{ resolver, tested: one }];
  });
  const size = await writeQuarantine(file, rows);
  terminal.talk(`wrote ${file}: ${count(size, 'resolver')}; leave them out with -${file}`);
}

interface KeptFrom {
  readonly asked: readonly Asked[];
  readonly tested: readonly TestedResolver[];
  readonly terminal: Context['terminal'];
}
