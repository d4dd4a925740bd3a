/** A TSIG key; the secret in base64, as servers write it. */
export interface ServerKey {
  readonly name: string;
  readonly algorithm: string;
  readonly secret: string;
}

const madeOf = (name: string, octet: number): ServerKey => ({
  name,
  algorithm: 'hmac-sha256',
  secret: Buffer.alloc(32, octet).toString('base64'),
});
/** May update. */
export const cutoverKey: ServerKey = madeOf('cutover', 7);
/** Known to the server, without any right. */
export const strangerKey: ServerKey = madeOf('stranger', 3);
/** May transfer. */
export const transferKey: ServerKey = madeOf('transfer', 9);
