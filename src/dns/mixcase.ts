/**
 * Gives the letters of a name on the wire a random case, which the reply must echo: more bits that
 * somebody who forges replies has to guess (draft-vixie-dnsext-dns0x20). One random bit a letter;
 * the bits are used again from the start when they run out, and no bits leave the name alone.
 */
export function mixCase(wireName: Uint8Array, random: Uint8Array): Uint8Array {
  const mixed = wireName.slice();
  if (random.length === 0) return mixed;
  let next = 0;
  for (let at = 0; at < mixed.length;) {
    const end = at + 1 + (mixed[at] ?? 0);
    for (at++; at < end; at++) {
      const lower = (mixed[at] ?? 0) | 32;
      if (lower < 97 || lower > 122) continue;
      const bit = ((random[(next >> 3) % random.length] ?? 0) >> (next & 7)) & 1;
      mixed[at] = bit === 1 ? lower & ~32 : lower;
      next++;
    }
  }
  return mixed;
}
