import { withoutEdnsIfRefused } from '../../src/transport/fallback.ts';
import { networkAsk, tcpAsk } from '../../src/transport/ask.ts';
import { Mux } from '../../src/transport/mux.ts';
import { Pipeline } from '../../src/transport/pipeline.ts';
import { sweepAsk } from '../../src/transport/sweep.ts';
import { udpTry } from '../../src/transport/udp.ts';
import { conformance } from './conformance.ts';
import { trusted } from './subject.ts';

conformance('connected UDP', {
  over: 'udp',
  hearsRefusal: true,
  open: options => ({ ask: withoutEdnsIfRefused(udpTry(options)) }),
});

conformance('UDP over shared sockets', {
  over: 'udp',
  hearsRefusal: false,
  open: options => {
    const mux = new Mux(options);
    return {
      ask: withoutEdnsIfRefused(mux.ask),
      close: () => {
        mux.close();
      },
    };
  },
});

conformance('TCP, a connection for each question', {
  over: 'tcp',
  hearsRefusal: true,
  open: options => ({ ask: tcpAsk(options) }),
});

conformance('TCP over shared connections', {
  over: 'tcp',
  hearsRefusal: true,
  open: options => {
    const pipeline = new Pipeline(options);
    return {
      ask: withoutEdnsIfRefused(pipeline.ask),
      close: () => {
        pipeline.close();
      },
    };
  },
});

conformance('the whole, for authoritative servers', {
  over: 'both',
  hearsRefusal: true,
  open: options => ({ ask: networkAsk(options) }),
});

conformance('the whole, for sweeps', {
  over: 'both',
  // UDP says nothing of it, and what TCP says in the end is the lesser reason.
  hearsRefusal: false,
  open: options => sweepAsk(options),
});

conformance('DNS over TLS', {
  over: 'tls',
  hearsRefusal: true,
  open: options => sweepAsk({ ...options, trust: [trusted().pem] }),
});

conformance('DNS over HTTPS by GET', {
  over: 'https',
  hearsRefusal: true,
  open: options => sweepAsk({ ...options, trust: [trusted().pem] }),
});

conformance('DNS over HTTPS by POST', {
  over: 'https',
  hearsRefusal: true,
  open: options => sweepAsk({ ...options, trust: [trusted().pem], method: 'POST' }),
});
