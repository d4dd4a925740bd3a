import { type App } from '../app.ts';
import { type Cutover } from '../cutover/cutover.ts';
import { type Order } from '../cutover/order.ts';
import { displayName, parseName } from '../dns/name.ts';
import { Fault } from '../errors.ts';
import { type Context } from './context.ts';

/** The cutover of this id or domain, or NOT_FOUND with those that there are. */
export async function findCutover(
  context: Context,
  name: string,
): Promise<{ app: App; cutover: Cutover }> {
  const { places, remote } = context;
  const none =
    remote === undefined
      ? 'none was started with this state directory: see plan and start, or name another with --state'
      : 'none was started there, as far as this token may see: see plan and start';
  const missing = (known: readonly string[]): Fault =>
    new Fault('NOT_FOUND', `there is no cutover ${name}`, {
      where: places.state,
      fix: known.length === 0 ? none : `there are: ${known.join(', ')}`,
    });
  if (!context.hasStore()) throw missing([]);
  const app = await context.app();
  const cutover = await app.find(name);
  if (cutover === null) throw missing((await app.list()).map(({ id }) => id));
  return { app, cutover };
}

/** The cutover that has not ended, of this domain or id; without a name, of the only domain there is. */
export async function underWay(
  context: Context,
  name: string | undefined,
): Promise<Cutover | null> {
  if (!context.hasStore()) return null;
  const { orders } = name === undefined ? await context.config() : { orders: [] };
  const [only] = orders;
  const subject = name ?? (only === undefined ? null : displayName(only.domain));
  const cutover = subject === null ? null : await (await context.app()).find(subject);
  return cutover?.outcome === null ? cutover : null;
}

/** Whoever plans or checks what runs already may not know that it does. */
export function tellUnderWay({ terminal, json }: Context, { id, stage }: Cutover): void {
  if (!json) terminal.talk(`${id} is under way (stage ${stage}): see dns-cutover status ${id}`);
}

/** The order of this domain in the configuration; without a name, the only one. */
export async function findOrder(context: Context, name: string | undefined): Promise<Order> {
  const { orders, file, refuseOverdue } = await context.config();
  const known = orders.map(({ domain }) => displayName(domain));
  const list = known.length === 0 ? 'it has no cutovers' : `it has: ${known.join(', ')}`;
  if (name === undefined) {
    const [only, ...more] = orders;
    if (only !== undefined && more.length === 0) {
      refuseOverdue();
      return only;
    }
    throw new Fault('USAGE', 'which cutover? The configuration has not exactly one', {
      where: file,
      fix: list,
    });
  }
  // No domain ends in a number, so what does is the id of a cutover, such as example.org.2.
  const domain = parseName(name.replace(/\.\d+$/, ''));
  const order = orders.find(one => one.domain === domain);
  if (order === undefined)
    throw new Fault('NOT_FOUND', `the configuration has no cutover for ${name}`, {
      where: file,
      fix: list,
    });
  // A window that is over is refused here; what was started before it goes on without this.
  refuseOverdue(displayName(order.domain));
  return order;
}
