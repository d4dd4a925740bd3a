import { conformance } from './conformance.ts';
import { googleDouble } from './doubles/google.ts';
import { apex, opened, withEnv } from './google-backend.ts';
import { liveZone, openedLive } from './google-live.ts';

conformance('Google Cloud DNS', { open: opened });

// What meets the real service is proved to work beforehand.
conformance('Google Cloud DNS, as the real service is met', {
  open: async () => {
    const double = await googleDouble({ zones: [{ apex, sets: [] }], mischief: { rate: 0 } });
    const restore = withEnv(double.env);
    const { project, url: endpoint } = double;
    const live = await openedLive({ project, zone: double.managedZone(apex), endpoint });
    return {
      ...live,
      close: async () => {
        await live.close();
        restore();
        await double.stop();
      },
    };
  },
});

const zone = liveZone(process.env);
if (zone !== null)
  conformance('Google Cloud DNS, the real service', { open: () => openedLive(zone) });
