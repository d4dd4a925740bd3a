import { scopeName } from '../access/order.ts';
import { Fault } from '../errors.ts';
import { limits } from '../limits.ts';
import { headOf } from '../store/head.ts';
import { isoText } from '../view/words.ts';
import { readTarget } from '../web/guard.ts';
import { type Desk, tryOnce } from './attempt.ts';
import { deliveryLog, testId, viewOf } from './log.ts';
import {
  type ConfiguredWebhook,
  type DeliveryView,
  type Notifier,
  type WebhookOrder,
} from './notifier.ts';
import { queued } from './queue.ts';
import {
  allKnown,
  configuredReceivers,
  findKnown,
  type Known,
  ownPrefix,
  webhookView,
} from './receivers.ts';
import { changeRecord, newRecord, saveRecord } from './record.ts';
import { signingSecret } from './signature.ts';
import { runWorkers } from './workers.ts';

const absent = (id: string): Fault =>
  new Fault('STORE', 'the webhook was removed meanwhile', { where: id });

/** Makes one that only the API knows. */
async function create(desk: Desk, asked: WebhookOrder) {
  const { store, clock, chance } = desk;
  const order = { ...asked, cutovers: asked.cutovers?.map(scopeName) ?? null };
  readTarget(order.url, { allowPrivate: false });
  const { wall } = clock.now();
  const id = ownPrefix + chance.hex(8);
  const secret = signingSecret(chance.hex(32));
  const own = { order, secret };
  const n = await headOf(store);
  const record = newRecord({ own, createdAt: wall, epoch: store.epoch, n });
  if (!(await saveRecord(store.documents, id, { version: 0, record, now: wall })))
    throw new Fault('BUG', 'chance gave the id of another webhook');
  // Counted once it is there, so that of several that are made at once none goes beyond.
  const of = { prefix: ownPrefix, limit: limits.webhooks + 1 };
  if ((await store.documents.list('webhook', of)).length > limits.webhooks) {
    await store.documents.remove('webhook', id);
    throw new Fault('REFUSED', `there are ${limits.webhooks} webhooks already`, {
      fix: 'remove one that nobody reads any more',
    });
  }
  const receiver = { id, order, secrets: [], allowPrivate: false };
  return { webhook: webhookView({ receiver, record }), secret };
}

/** Sends a test, past the queue, and notes it in the log. */
async function test(desk: Desk, { receiver, record }: Known): Promise<DeliveryView> {
  const { store, clock, chance } = desk;
  const now = clock.now().wall;
  const id = `test-${chance.hex(8)}`;
  const text = 'A test of dns-cutover: this receiver hears what happens to a cutover.';
  const told = { id, type: 'webhook.test', time: isoText(now), text, event: null };
  const stop = new AbortController();
  const tried = await tryOnce(desk, { receiver, told }, stop.signal);
  const head = await headOf(store, record.epoch === store.epoch ? record.n : 0);
  const at = clock.now().wall;
  if (tried.is === 'taken')
    await changeRecord({ store, now: at }, receiver.id, one =>
      one.disabled === null ? null : { ...one, epoch: store.epoch, n: head, disabled: null },
    );
  const delivery = testId(head, chance.hex(4));
  const log = deliveryLog(store.documents);
  const noted = await log.note({ webhook: receiver.id, delivery, now: at }, () => ({
    ...{ event: id, type: told.type, n: null, nextAt: null, attempts: [tried.attempt] },
    state: tried.is === 'taken' ? 'delivered' : 'failed',
  }));
  return viewOf(delivery, noted);
}

/** Puts a delivery into the queue once more, however it went before. */
async function redeliver(
  { store, clock }: Desk,
  id: string,
  delivery: string,
): Promise<DeliveryView | null> {
  const log = deliveryLog(store.documents);
  const known = await log.load(id, delivery);
  if (known === null) return null;
  const { n } = known;
  if (n === null)
    throw new Fault('REFUSED', 'a test is not delivered again', { fix: 'send another test' });
  const now = clock.now().wall;
  const changed = await changeRecord({ store, now }, id, record => {
    if (record.disabled !== null)
      throw new Fault('REFUSED', `the webhook is disabled: ${record.disabled.why}`, {
        fix: 'send a test: once the receiver takes it, the webhook is enabled again',
      });
    if (record.waiting.length >= limits.webhookWaitingMost)
      throw new Fault('REFUSED', 'too many deliveries wait already', { fix: 'wait for some' });
    return queued(record, { n, delivery, failed: 0, nextAt: now, hurry: 'may' });
  });
  if (changed === null) throw absent(id);
  const noted = await log.note({ webhook: id, delivery, now }, one => ({
    ...(one ?? known),
    ...{ state: 'waiting', nextAt: now },
  }));
  return viewOf(delivery, noted);
}

/** Tells receivers about events: those of the configuration, and those that the API makes. */
export function makeNotifier(desk: Desk, webhooks: readonly ConfiguredWebhook[]): Notifier {
  const { documents } = desk.store;
  const configured = configuredReceivers(webhooks);
  const log = deliveryLog(documents);
  const workers = runWorkers(desk, configured);
  const find = (id: string) => findKnown(desk, configured, id);
  return {
    list: async () => (await allKnown(desk, configured)).map(webhookView),
    create: async order => {
      const made = await create(desk, order);
      workers.look();
      return made;
    },
    remove: async id => {
      if (configured.some(one => one.id === id))
        throw new Fault('REFUSED', 'this webhook stands in the configuration file', {
          fix: 'remove it there, and start the server anew',
        });
      if (!id.startsWith(ownPrefix)) return false;
      const removed = await documents.remove('webhook', id);
      if (removed) await log.forget(id);
      workers.look();
      return removed;
    },
    test: async id => {
      const known = await find(id);
      if (known === null) return null;
      const came = await test(desk, known);
      workers.look();
      return came;
    },
    deliveries: async (id, of) => {
      if ((await find(id)) === null) return null;
      return (await log.list(id, of)).map(one => viewOf(one.id, one.delivery));
    },
    redeliver: async (id, delivery) => {
      if ((await find(id)) === null) return null;
      const again = await redeliver(desk, id, delivery);
      workers.look();
      return again;
    },
    run: workers.run,
  };
}
