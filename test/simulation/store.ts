import { Fault } from '../../src/errors.ts';
import { memoryStore } from '../../src/store/memory.ts';
import { type Store } from '../../src/store/store.ts';
import { type Judge } from './judge.ts';
import { type SimulatedProcess } from './process.ts';
import { type World } from './world.ts';

/** The store of one process: it fails, loses answers, and dies with its process. */
export function processStore(world: World, process: SimulatedProcess, judge: Judge): Store {
  const { faults, seams } = world;
  const inner = memoryStore(world.backing, process);
  const store = seams.store?.(inner, world) ?? inner;
  const fails = (what: string): void => {
    if (faults.strikes('store-fails', 0.01)) throw new Fault('STORE', `cannot ${what}`);
  };
  return {
    epoch: store.epoch,
    load: id =>
      process.call('load', async () => {
        fails('read');
        return store.load(id);
      }),
    list: page => process.call('list', () => store.list(page)),
    save: save =>
      process.call(`save ${save.lines.map(({ line }) => line.type).join(' ')}`, async () => {
        fails('write');
        const saved = await store.save(save);
        if (saved.is === 'saved') judge.saved(save);
        if (faults.strikes('store-answer-lost', 0.02)) throw new Fault('STORE', 'the disk is slow');
        return saved;
      }),
    lines: (id, seq, limit) => process.call('lines', () => store.lines(id, seq, limit)),
    after: (n, limit) => process.call('after', () => store.after(n, limit)),
    // Not a save by name: nothing that was acknowledged rests on it.
    saveWatch: flush =>
      process.call('keep watch', async () => {
        if (faults.strikes('watch-save-fails', 0.05)) throw new Fault('STORE', 'cannot write');
        await store.saveWatch(flush);
        judge.flushed(process, flush);
        if (faults.strikes('watch-answer-lost', 0.05)) throw new Fault('STORE', 'the disk is slow');
      }),
    watchRecord: id =>
      process.call('watch record', async () => {
        fails('read');
        return store.watchRecord(id);
      }),
    saveLearnt: rows =>
      process.call('keep habits', async () => {
        if (faults.strikes('watch-save-fails', 0.05)) throw new Fault('STORE', 'cannot write');
        await store.saveLearnt(rows);
        judge.learnt(rows);
      }),
    learnt: () => process.call('habits', () => store.learnt()),
    documents: {
      get: (kind, id) => process.call('get document', () => store.documents.get(kind, id)),
      list: (kind, of) => process.call('list documents', () => store.documents.list(kind, of)),
      put: document => process.call('put document', () => store.documents.put(document)),
      remove: (kind, id) => process.call('remove document', () => store.documents.remove(kind, id)),
      sweep: now => process.call('sweep documents', () => store.documents.sweep(now)),
    },
    own: (id, at) => process.call('own', () => store.own(id, at)),
    holder: id => process.call('holder', () => store.holder(id)),
    release: id => process.call('release', () => store.release(id)),
    watch: changed =>
      store.watch(() => {
        process.deliver(changed);
      }),
    close: () => store.close(),
  };
}
