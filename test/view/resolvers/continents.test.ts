import { expect, it } from 'vitest';
import shipped from '../../../config/resolvers.json' with { type: 'json' };
import { continentOf, knownCountries } from '../../../src/view/resolvers/continents.ts';

it('knows the continent of every country that the shipped list names', () => {
  const unknown = shipped.resolvers
    .map(({ country }) => country)
    .filter(country => continentOf(country) === null);
  expect(unknown).toEqual([]);
});

it('has every country of ISO 3166 once', () => {
  expect(knownCountries).toHaveLength(249);
  expect(new Set(knownCountries).size).toBe(249);
  const names = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' });
  expect(knownCountries.filter(country => names.of(country) === undefined)).toEqual([]);
});

it.each([
  ...[
    ['MX', 'North America'] as const,
    ['CO', 'South America'] as const,
    ['EG', 'Africa'] as const,
  ],
  ...[['TR', 'Asia'] as const, ['CY', 'Asia'] as const, ['RU', 'Europe'] as const],
  ...[['TW', 'Asia'] as const, ['NZ', 'Oceania'] as const, ['AQ', 'Antarctica'] as const],
  ['XX', null] as const,
])('%s lies in %s', (country, continent) => {
  expect(continentOf(country)).toBe(continent);
});
