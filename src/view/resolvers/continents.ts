// The regions of UN M49 (unstats.un.org/unsd/methodology/m49), by ISO 3166 code: North America is its
// region 003 (Northern America, Caribbean, Central America), South America 005. Taiwan, which M49 does
// not list, stands where it lies.

const members = {
  Africa: `DZ EG LY MA SD TN EH IO BI KM DJ ER ET TF KE MG MW MU YT MZ RE RW SC SO SS UG TZ ZM ZW AO CM CF TD
    CG CD GQ GA ST BW SZ LS NA ZA BJ BF CV CI GM GH GN GW LR ML MR NE NG SH SN SL TG`,
  Antarctica: 'AQ',
  Asia: `KZ KG TJ TM UZ CN HK MO KP JP MN KR TW BN KH ID LA MY MM PH SG TH TL VN AF BD BT IN IR MV NP PK LK AM
    AZ BH CY GE IQ IL JO KW LB OM QA SA PS SY TR AE YE`,
  Europe: `BY BG CZ HU MD PL RO RU SK UA AX GG JE DK EE FO FI IS IE IM LV LT NO SJ SE GB AL AD BA HR GI GR VA IT
    MT ME MK PT SM RS SI ES AT BE FR DE LI LU MC NL CH`,
  'North America': `BM CA GL PM US AI AG AW BS BB BQ VG KY CU CW DM DO GD GP HT JM MQ MS PR BL KN LC MF VC SX TT
    TC VI BZ CR SV GT HN MX NI PA`,
  Oceania: 'AU CX CC HM NZ NF FJ NC PG SB VU GU KI MH FM NR MP PW UM AS CK PF NU PN WS TK TO TV WF',
  'South America': 'AR BO BV BR CL CO EC FK GF GY PY PE GS SR UY VE',
};

export type Continent = keyof typeof members;

const continents: ReadonlyMap<string, Continent> = new Map(
  Object.entries(members).flatMap(([continent, countries]) =>
    countries.split(/\s+/).map(country => [country, continent as Continent] as const),
  ),
);

/** Every country that has a continent. */
export const knownCountries: readonly string[] = [...continents.keys()];

/** The continent of a country by its two capital letters; null for what is no country. */
export const continentOf = (country: string): Continent | null => continents.get(country) ?? null;
