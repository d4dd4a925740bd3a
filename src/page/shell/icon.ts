/** What the icon of the tab says; its shape changes with its colour, since not everybody sees the colour. */
export type Mood = 'going' | 'waiting' | 'person' | 'done' | 'back' | 'stale';

export const moods: readonly Mood[] = ['going', 'waiting', 'person', 'done', 'back', 'stale'];

/** Okabe and Ito's colours, which people with any kind of colour vision tell apart (jfly.uni-koeln.de/color). */
const drawings: Readonly<Record<Mood, string>> = {
  going: '<circle cx="16" cy="16" r="12" fill="none" stroke="#0072b2" stroke-width="5"/>',
  waiting: '<circle cx="16" cy="16" r="5" fill="#0072b2"/>',
  person:
    '<path d="M16 2 31 29H1z" fill="#d55e00"/><path d="M14 11h4v9h-4zm0 11h4v4h-4z" fill="#fff"/>',
  done: '<path d="m4 17 8 8L28 7" fill="none" stroke="#009e73" stroke-width="6"/>',
  back: '<path d="M29 16H7m9-10L6 16l10 10" fill="none" stroke="#e69f00" stroke-width="5"/>',
  stale: '<path d="m6 6 20 20M26 6 6 26" stroke="#8a8a8a" stroke-width="5"/>',
};

export const iconName = (mood: Mood): string => `icon-${mood}.svg`;

/** Name and text of each icon. */
export const iconFiles = (): readonly (readonly [name: string, text: string])[] =>
  moods.map(mood => [
    iconName(mood),
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${drawings[mood]}</svg>`,
  ]);
