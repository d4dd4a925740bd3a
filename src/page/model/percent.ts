/** Whole per cent that are reached, never rounded up, and so never 100 before all are. */
export const wholePercent = (share: number): number => Math.floor(share * 100 + 1e-9);
