/** The message with its length before it (RFC 1035 4.2.2). */
export function framed(message: Uint8Array): Uint8Array {
  const frame = new Uint8Array(2 + message.length);
  frame[0] = message.length >> 8;
  frame[1] = message.length;
  frame.set(message, 2);
  return frame;
}

/**
 * Takes what comes over a connection and gives the messages that it completes. Keeps no more than
 * one unfinished message, and joins octets once for each, so a server that drips them gains nothing.
 */
export function frameReader(): (chunk: Uint8Array) => readonly Uint8Array[] {
  let chunks: Uint8Array[] = [];
  let have = 0;
  return chunk => {
    chunks.push(chunk);
    have += chunk.length;
    if (have < wanted(chunks)) return [];
    const octets = Buffer.concat(chunks);
    const messages: Uint8Array[] = [];
    let at = 0;
    while (octets.length - at >= 2) {
      const end = at + 2 + octets.readUInt16BE(at);
      if (end > octets.length) break;
      messages.push(new Uint8Array(octets.subarray(at + 2, end)));
      at = end;
    }
    chunks = at === octets.length ? [] : [octets.subarray(at)];
    have = octets.length - at;
    return messages;
  };
}

/** Octets of the first message with its length; the length may be split between two chunks. */
function wanted([first, second]: readonly Uint8Array[]): number {
  const high = first?.[0];
  const low = first?.[1] ?? second?.[0];
  return high === undefined || low === undefined ? 2 : 2 + high * 256 + low;
}
